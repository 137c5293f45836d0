SELECT cm.company_name, s.total_score, s.signal_breakdown, s.calculated_at
FROM bit.bit_company_score s
JOIN marketing.company_master cm ON cm.company_unique_id = s.company_unique_id
WHERE s.total_score >= 50
ORDER BY s.total_score DESC;
