{{ config(schema="company", alias="company") }}

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
    renewals.notice_days as renewal_notice_window_days,
    companies.first_seen_at as created_at,
    companies.last_seen_at as updated_at,
    companies.last_site_checked_at,
    companies.last_linkedin_checked_at,
    companies.last_news_checked_at
from {{ ref("companies") }} as companies
inner join {{ ref("company_renewals") }} as renewals on companies.company_id = renewals.company_id
