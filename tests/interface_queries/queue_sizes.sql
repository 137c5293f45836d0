SELECT 'urls' AS work, COUNT(company_id) AS waiting FROM company.next_company_urls_30d
UNION ALL
SELECT 'profiles', COUNT(contact_id) FROM people.next_profile_urls_30d
UNION ALL
SELECT 'emails', COUNT(contact_id) FROM people.due_email_recheck_30d
UNION ALL
SELECT 'renewals', COUNT(company_id) FROM company.vw_due_renewals_ready
ORDER BY work;
