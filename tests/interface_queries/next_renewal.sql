SELECT next_renewal_date, company_name, renewal_month, notice_days, campaign_window_start
FROM company.vw_next_renewal
WHERE renewal_month IS NOT NULL
ORDER BY next_renewal_date, company_name;
