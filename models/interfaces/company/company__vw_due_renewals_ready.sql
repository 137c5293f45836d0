{{ config(schema="company", alias="vw_due_renewals_ready") }}

select
    company_id,
    company_name,
    next_renewal_on as next_renewal_date,
    campaign_window_start_on as campaign_window_start,
    has_green_contact
from {{ ref("company_renewals") }}
where is_campaign_ready
