SELECT role, SUM(held) AS held, COUNT(*) AS seats, ROUND(SUM(held) * 100.0 / COUNT(*), 1) AS pct
FROM (
    SELECT role, CASE status WHEN 'filled' THEN 1 ELSE 0 END AS held FROM svg_marketing.slot_tracker
) AS seats
GROUP BY role
ORDER BY pct DESC;
