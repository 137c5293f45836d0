SELECT validation_status, COUNT(*) AS count
FROM intake.company_raw_intake
GROUP BY validation_status;
