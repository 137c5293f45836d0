SELECT created_at, event_type, entity_id, description
FROM shq.audit_log
WHERE created_at > NOW() - INTERVAL '3 days'
ORDER BY created_at DESC, audit_id;
