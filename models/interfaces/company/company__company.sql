{{ config(schema="company", alias="company") }}

with

companies as (

    select * from {{ ref("companies") }}

),

{# default number of days before the renewal at which its window opens #}
usual_notice as (

    select threshold as notice_days
    from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

)

select
    company_id,
    company_name,
    ein,
    website_url,
    linkedin_url,
    news_url,
    address_line1,
    address_line2,
    city,
    state as state_region,
    postal_code,
    country,
    renewal_month,
    cast(coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as integer)
        as renewal_notice_window_days,
    first_seen_at as created_at,
    last_seen_at as updated_at,
    last_site_checked_at,
    last_linkedin_checked_at,
    last_news_checked_at
from companies
cross join usual_notice
