SELECT ml.sent_at, p.full_name, ml.subject, ml.body
FROM marketing.message_log ml
LEFT JOIN people.contact p ON p.contact_id = ml.contact_id
WHERE ml.campaign_id = 'cmp-01' AND ml.direction = 'inbound'
ORDER BY ml.sent_at;
