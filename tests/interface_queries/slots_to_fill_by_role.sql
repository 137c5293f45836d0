SELECT slot_type, COUNT(*) AS unfilled
FROM marketing.company_slots
WHERE is_filled = FALSE
GROUP BY slot_type;
