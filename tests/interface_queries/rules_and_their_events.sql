SELECT r.rule_name, r.weight, COUNT(e.event_id) AS events, MAX(e.detected_at) AS last_event
FROM bit.rule_reference r
LEFT JOIN bit.events e ON e.rule_id = r.rule_id
WHERE r.is_active = true
GROUP BY r.rule_name, r.weight
ORDER BY events DESC;
