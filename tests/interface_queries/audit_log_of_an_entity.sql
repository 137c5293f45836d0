SELECT audit_id, event_type, description
FROM shq.audit_log
WHERE entity_id IN ('04.04.02.04.30000.005', '04.04.02.04.30000.039');
