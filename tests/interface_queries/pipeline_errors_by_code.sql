SELECT error_code, severity, component, COUNT(*) AS errors
FROM marketing.pipeline_errors
GROUP BY error_code, severity, component
ORDER BY errors DESC;
