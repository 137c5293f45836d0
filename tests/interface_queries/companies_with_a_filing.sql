SELECT filing_present, COUNT(ein) AS with_ein, COUNT(carrier) AS with_carrier
FROM outreach.dol
GROUP BY filing_present;
