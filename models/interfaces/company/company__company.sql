{{ config(schema="company", alias="company") }}

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
    renewal_notice_window_days,
    first_seen_at as created_at,
    last_seen_at as updated_at,
    last_site_checked_at,
    last_linkedin_checked_at,
    last_news_checked_at
from {{ ref("companies") }}
