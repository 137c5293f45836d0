-- the people to whom the renewal campaign may write
SELECT due.next_renewal_date, seat.company_name, seat.role_code, seat.full_name, seat.email
FROM company.vw_due_renewals_ready due
JOIN company.vw_company_slots seat ON seat.company_id = due.company_id AND seat.email_status = 'green'
ORDER BY due.next_renewal_date, seat.company_name, seat.role_code;
