with

intake as (

    select * from {{ ref("base_company_raw_intake") }}

),

forms as (

    select * from {{ ref("company_forms") }}

),

{# many rows have the same revenue: each is read once, because this takes long #}
revenues as (

    select
        revenue,
        {{ to_number_or_null("revenue") }} as revenue_usd
    from (select distinct revenue from intake) as distinct_revenues

),

typed as {{ computed_once() }} (

    select
        intake.*,
        company_names.normal_value as name_key,
        company_names.display_value as display_name,
        eins.normal_value as ein_form,
        websites.normal_value as registrable_domain,
        websites.display_value as website_address,
        news_pages.normal_value as news_domain,
        news_pages.display_value as news_address,
        coalesce(websites.is_shared_host, false) as is_shared_host,
        linkedin_urls.normal_value as linkedin_form,
        phones.normal_value as phone_form,
        phones.extension as phone_extension,
        states.normal_value as state_form,
        postal_codes.normal_value as postal_form,
        {{ to_integer_or_null("intake.employee_count") }} as employees,
        revenues.revenue_usd,
        {{ month_or_null("intake.renewal_month") }} as renewal_month_number,
        {{ to_integer_or_null("intake.renewal_notice_window_days") }} as notice_days,
        {{ to_timestamp_or_null("intake.last_site_checked_at") }} as site_checked_at,
        {{ to_timestamp_or_null("intake.last_linkedin_checked_at") }} as linkedin_checked_at,
        {{ to_timestamp_or_null("intake.last_news_checked_at") }} as news_checked_at,
        {{ barton_id_or_null("intake.promoted_to_unique_id") }} as handed_in_id,
        case
            when {{ matches(ascii_lower("intake.outreach_id"), "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$") }}
                then {{ ascii_lower("intake.outreach_id") }}
        end as outreach_uuid
    from intake
    left join forms as company_names
        on intake.company_name = company_names.raw_value and company_names.kind = 'company_name'
    left join forms as eins on intake.ein = eins.raw_value and eins.kind = 'ein'
    left join forms as websites on intake.website = websites.raw_value and websites.kind = 'website'
    left join forms as news_pages on intake.news_url = news_pages.raw_value and news_pages.kind = 'website'
    left join forms as linkedin_urls
        on intake.linkedin_url = linkedin_urls.raw_value and linkedin_urls.kind = 'linkedin_company'
    left join forms as phones on intake.phone = phones.raw_value and phones.kind = 'company_phone'
    left join forms as states on intake.state = states.raw_value and states.kind = 'state'
    left join forms as postal_codes
        on intake.postal_code = postal_codes.raw_value and postal_codes.kind = 'postal_code'
    left join revenues on intake.revenue = revenues.revenue

),

gated as (

    select
        raw_id,
        known_at as uploaded_at,
        first_known_at as first_uploaded_at,
        unchanged_since,
        source,
        coalesce(display_name, company_name) as company_name,
        name_key,
        ein_form as ein,
        {# the front page of a shared host does not identify a company; another page on the host may be the company's #}
        case
            when
                registrable_domain is not null
                and not (
                    is_shared_host
                    and rtrim(split_part(website_address, '://', 2), '/')
                    in (registrable_domain, concat('www.', registrable_domain))
                )
                then website_address
        end as website_url,
        case when not is_shared_host then registrable_domain end as domain,
        linkedin_form as linkedin_url,
        case when news_domain is not null then news_address end as news_url,
        phone_form as phone,
        phone_extension,
        address_line1,
        address_line2,
        city,
        state_form as state,
        postal_form as postal_code,
        country,
        industry,
        case when employees >= 0 then employees end as employee_count,
        cast(revenue_usd as numeric(18, 4)) as revenue,
        renewal_month_number as renewal_month,
        case
            when notice_days between 1 and {{ var("notice_days_up_to") }} then notice_days
        end as renewal_notice_window_days,
        site_checked_at as last_site_checked_at,
        linkedin_checked_at as last_linkedin_checked_at,
        news_checked_at as last_news_checked_at,
        handed_in_id,
        outreach_uuid as outreach_id,
        unreadable_versions,
        {{ gate([("name_key is null", "COMPANY_NAME_INVALID", "company_name", "company_name")]) }},
        {{ unreadable_values([
            ("ein", "ein", "ein_form"),
            ("website", "website", "registrable_domain"),
            ("linkedin_url", "linkedin_url", "linkedin_form"),
            ("news_url", "news_url", "news_domain"),
            ("phone", "phone", "phone_form"),
            ("state", "state", "state_form"),
            ("postal_code", "postal_code", "postal_form"),
            ("employee_count", "employee_count", "case when employees >= 0 then 1 end"),
            ("revenue", "revenue", "revenue_usd"),
            ("renewal_month", "renewal_month", "renewal_month_number"),
            (
                "renewal_notice_window_days",
                "renewal_notice_window_days",
                "case when notice_days between 1 and " ~ var("notice_days_up_to") ~ " then 1 end",
            ),
            ("last_site_checked_at", "last_site_checked_at", "site_checked_at"),
            ("last_linkedin_checked_at", "last_linkedin_checked_at", "linkedin_checked_at"),
            ("last_news_checked_at", "last_news_checked_at", "news_checked_at"),
            ("promoted_to_unique_id", "promoted_to_unique_id", "handed_in_id"),
            ("outreach_id", "outreach_id", "outreach_uuid"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
