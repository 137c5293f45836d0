{{ config(schema="outreach", alias="outreach") }}

select
    outreach_id,
    company_id as company_unique_id
from {{ ref("companies") }}
