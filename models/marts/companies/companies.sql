-- depends_on: {{ ref("company_id_registry") }}
{# models that read this one wait for the registry, so that every company has a registered id #}
{%- set columns = [
    "company_name", "name_key", "ein", "domain", "website_url", "linkedin_url", "news_url", "phone", "address_line1",
    "address_line2", "city", "state", "postal_code", "country", "industry", "employee_count", "revenue",
    "renewal_month", "renewal_notice_window_days", "last_site_checked_at", "last_linkedin_checked_at",
    "last_news_checked_at", "outreach_id",
] -%}

with

company_rows as (

    select
        identity.company_id,
        identity.company_number,
        identity.is_name_only,
        intake.*,
        row_number() over (
            partition by identity.company_id order by intake.uploaded_at, {{ bytewise("intake.raw_id") }}
        ) as recency
    from {{ ref("int_company_identity") }} as identity
    inner join {{ ref("stg_company_intake") }} as intake on identity.intake_id = intake.raw_id
    where identity.company_id is not null

),

checked_pages as (

    select
        company_references.company_id,
        max(case when checks.target = 'website' then checks.checked_at end) as site_checked_at,
        max(case when checks.target = 'linkedin' then checks.checked_at end) as linkedin_checked_at,
        max(case when checks.target = 'news' then checks.checked_at end) as news_checked_at
    from {{ ref("stg_checks") }} as checks
    inner join {{ ref("int_company_references") }} as company_references on checks.raw_id = company_references.raw_id
    where company_references.raw_table = 'checks' and checks.rejection_code is null
    group by company_references.company_id

),

{# the latest row that has a value wins, column by column #}
merged as (

    select
        company_id,
        company_number,
        {{ uuid_of("company_id") }} as derived_outreach_id,
        {%- for column in columns %}
        {{ latest_value(column) }} as {{ column }},
        {%- endfor %}
        count(*) as intake_rows,
        min(case when not is_name_only then first_uploaded_at end) as first_seen_at,
        max(uploaded_at) as last_seen_at
    from company_rows
    group by company_id, company_number

),

oldest_with_outreach_id as (

    select
        outreach_id,
        min(company_number) as company_number
    from merged
    group by outreach_id

),

{# a uuid from intake is used, unless an older company has it or it is derived from another company's id #}
with_outreach_id as (

    select
        companies.*,
        case
            when
                companies.company_number = oldest.company_number
                and coalesce(others.company_id = companies.company_id, true)
                then companies.outreach_id
            else companies.derived_outreach_id
        end as final_outreach_id
    from merged as companies
    left join oldest_with_outreach_id as oldest on companies.outreach_id = oldest.outreach_id
    left join merged as others on companies.outreach_id = others.derived_outreach_id

),

filing_dates as (

    select
        welfare_filings.company_id,
        max(schedules.policy_to_on) as policy_to_on,
        max(welfare_filings.plan_year_begin_on) as plan_year_begin_on
    from {{ ref("int_counted_filings") }} as welfare_filings
    left join {{ ref("stg_schedule_a") }} as schedules
        on welfare_filings.ack_id = schedules.ack_id and schedules.rejection_code is null
    where welfare_filings.is_welfare
    group by welfare_filings.company_id

)

select
    companies.company_id,
    companies.final_outreach_id as outreach_id,
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
    cast(
        coalesce(
            companies.renewal_month,
            {# the month after the one in which the latest policy ends #}
            case
                when extract(month from filing_dates.policy_to_on) = 12 then 1
                else extract(month from filing_dates.policy_to_on) + 1
            end,
            extract(month from filing_dates.plan_year_begin_on)
        ) as integer
    ) as renewal_month,
    case
        when companies.renewal_month is not null then 'intake'
        when filing_dates.policy_to_on is not null then 'schedule_a'
        when filing_dates.plan_year_begin_on is not null then 'plan_year'
    end as renewal_month_source,
    cast(companies.renewal_notice_window_days as integer) as renewal_notice_window_days,
    greatest(companies.last_site_checked_at, checked_pages.site_checked_at) as last_site_checked_at,
    greatest(companies.last_linkedin_checked_at, checked_pages.linkedin_checked_at) as last_linkedin_checked_at,
    greatest(companies.last_news_checked_at, checked_pages.news_checked_at) as last_news_checked_at,
    cast(companies.intake_rows as integer) as intake_rows,
    companies.first_seen_at,
    companies.last_seen_at
from with_outreach_id as companies
left join filing_dates on companies.company_id = filing_dates.company_id
left join checked_pages on companies.company_id = checked_pages.company_id
