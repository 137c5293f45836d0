-- the next batch for the email verifier, with titles for the notes
SELECT email, contact_id, title, email_status, email_checked_at, last_checked_at
FROM people.due_email_recheck_30d
ORDER BY last_checked_at, contact_id
LIMIT 40;
