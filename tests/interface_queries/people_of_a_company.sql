SELECT unique_id, full_name, email, linkedin_url, title, phone, source
FROM marketing.people_master
WHERE company_unique_id = '04.04.02.04.30000.039';
