-- data check: nothing to be found
SELECT event_id, rule_id
FROM bit.events
WHERE rule_id NOT IN (SELECT rule_id FROM bit.rule_reference);
