{{ config(schema="outreach", alias="company_target") }}

select
    outreach_id,
    company_name,
    domain,
    state,
    employee_count
from {{ ref("companies") }}
