SELECT audit_id, event_type, description
FROM shq.audit_log
WHERE entity_id IN ('04.04.02.04.15000.001', '04.04.02.04.15000.002');
