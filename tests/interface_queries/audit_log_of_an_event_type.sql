SELECT created_at, entity_id AS proof_id, description
FROM shq.audit_log
WHERE entity_type = 'proof' AND event_type = 'proof_superseded'
ORDER BY created_at, entity_id;
