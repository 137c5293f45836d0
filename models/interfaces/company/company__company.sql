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
    companies.company_id,
    companies.company_name,
    companies.ein,
    companies.website_url,
    companies.linkedin_url,
    companies.news_url,
    companies.address_line1,
    companies.address_line2,
    companies.city,
    companies.state as state_region,
    companies.postal_code,
    companies.country,
    companies.renewal_month,
    cast(coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as integer)
        as renewal_notice_window_days,
    companies.first_seen_at as created_at,
    companies.last_seen_at as updated_at,
    companies.last_site_checked_at,
    companies.last_linkedin_checked_at,
    companies.last_news_checked_at
from companies
cross join usual_notice
