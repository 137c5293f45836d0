-- oldest checks first, for the crawler
SELECT url_type, url, company_id, last_checked_at
FROM company.next_company_urls_30d
ORDER BY last_checked_at NULLS FIRST, company_id, url_type;
