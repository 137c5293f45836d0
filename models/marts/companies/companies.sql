with

companies as (

    select * from {{ ref("int_companies") }}

),

renewal_months as (

    select * from {{ ref("int_renewal_months") }}

)

select
    companies.company_id,
    {# the uuid given by intake, unless an older company has it; else one that follows from the company id #}
    case
        when companies.outreach_id is not null and not companies.is_outreach_id_held then companies.outreach_id
        else companies.derived_outreach_id
    end as outreach_id,
    companies.company_name,
    companies.name_key,
    companies.ein,
    companies.domain,
    companies.website_url,
    companies.linkedin_url,
    companies.news_url,
    companies.phone,
    companies.address_line1,
    companies.address_line2,
    companies.city,
    companies.state,
    companies.postal_code,
    companies.country,
    companies.industry,
    companies.employee_count,
    companies.revenue,
    renewal_months.renewal_month,
    renewal_months.renewal_month_source,
    cast(companies.renewal_notice_window_days as integer) as renewal_notice_window_days,
    companies.last_site_checked_at,
    companies.last_linkedin_checked_at,
    companies.last_news_checked_at,
    cast(companies.intake_rows as integer) as intake_rows,
    companies.first_seen_at,
    companies.last_seen_at
from companies
inner join renewal_months on companies.company_id = renewal_months.company_id
