-- data check: the result must be empty
SELECT company_id, company_name
FROM company.company firm
WHERE (SELECT COUNT(*) FROM company.company_slot seat WHERE seat.company_id = firm.company_id) < 3;
