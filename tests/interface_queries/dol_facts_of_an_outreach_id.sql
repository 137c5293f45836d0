SELECT ein, filing_present, carrier, broker_or_advisor, renewal_month
FROM outreach.dol
WHERE outreach_id = '3906eea0-74ef-77e5-f77f-750ebc80ae63';
