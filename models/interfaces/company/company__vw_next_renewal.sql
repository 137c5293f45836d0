{{ config(schema="company", alias="vw_next_renewal") }}

select
    company_id,
    company_name,
    renewal_month,
    notice_days,
    next_renewal_on as next_renewal_date,
    campaign_window_start_on as campaign_window_start
from {{ ref("company_renewals") }}
