SELECT o.company_unique_id, ct.company_name, ct.domain, ct.state, ct.employee_count
FROM outreach.outreach o
JOIN outreach.company_target ct ON ct.outreach_id = o.outreach_id
WHERE o.outreach_id = '5f0c2a54-7d1e-4c35-9a41-0e6f2b8d1c07';
