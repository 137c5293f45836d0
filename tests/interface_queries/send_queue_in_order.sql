SELECT message_id, outreach_id, slot_type, barton_id, channel, subject, body, proof_id, proof_line, status, queued_at
FROM execution.send_queue
WHERE status = 'queued'
ORDER BY queued_at, message_id;
