SELECT role_code, company_name, full_name, title, email, email_status, profile_source_url
FROM company.vw_company_slots
WHERE contact_id IS NOT NULL
ORDER BY company_name, role_code;
