SELECT email_status, provider, COUNT(*) AS checks, MAX(verified_at) AS last_check
FROM marketing.email_verification
GROUP BY email_status, provider;
