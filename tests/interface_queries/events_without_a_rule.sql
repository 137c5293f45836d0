-- data check: the result must be empty
SELECT event_id, rule_id
FROM bit.events
WHERE rule_id NOT IN (SELECT rule_id FROM bit.rule_reference);
