SELECT ev.detected_at, rule.rule_name, rule.category, ev.weight, ev.event_payload
FROM bit.rule_reference rule
JOIN bit.events ev USING (rule_id)
WHERE ev.company_unique_id = '04.04.02.04.30000.039'
ORDER BY ev.detected_at, rule.rule_name;
