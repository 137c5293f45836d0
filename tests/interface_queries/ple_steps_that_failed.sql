SELECT c.cycle_name, s.step_name, s.step_type, s.status, s.executed_at, l.message
FROM ple.ple_step s
JOIN ple.ple_cycle c ON c.cycle_id = s.cycle_id
LEFT JOIN ple.ple_log l ON l.step_id = s.step_id
WHERE s.status IN ('failed', 'skipped')
ORDER BY s.executed_at DESC;
