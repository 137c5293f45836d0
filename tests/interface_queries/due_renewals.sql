SELECT company_id, campaign_window_start, next_renewal_date, has_green_contact
FROM company.vw_due_renewals_ready
ORDER BY next_renewal_date, company_id;
