SELECT email_status, COUNT(*) AS contacts, AVG(email_confidence) AS mean_confidence
FROM people.contact_verification
GROUP BY email_status;
