SELECT c.cycle_id, c.status, c.completed_at, COUNT(s.step_id) AS steps
FROM ple.ple_cycle c
JOIN ple.ple_step s ON s.cycle_id = c.cycle_id
GROUP BY c.cycle_id, c.status, c.completed_at
ORDER BY c.completed_at DESC;
