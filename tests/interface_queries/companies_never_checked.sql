SELECT company_name, website_url
FROM company.company
WHERE last_site_checked_at IS NULL AND last_linkedin_checked_at IS NULL AND last_news_checked_at IS NULL
ORDER BY company_name;
