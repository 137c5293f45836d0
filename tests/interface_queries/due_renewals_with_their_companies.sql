-- mailing list of the renewal campaign, by state
SELECT firm.state_region, firm.city, firm.company_name, firm.website_url, due.next_renewal_date
FROM company.company firm
JOIN company.vw_due_renewals_ready due USING (company_id)
WHERE due.has_green_contact
ORDER BY firm.state_region, firm.city, firm.company_name;
