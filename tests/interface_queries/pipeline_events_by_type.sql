SELECT event_type, MIN(created_at) AS first_event, COUNT(*) AS events
FROM marketing.pipeline_events
GROUP BY event_type
ORDER BY events DESC, event_type;
