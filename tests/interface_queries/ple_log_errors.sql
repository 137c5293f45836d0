SELECT log_id, step_id, log_level, message, logged_at
FROM ple.ple_log
WHERE log_level = 'error'
ORDER BY logged_at DESC;
