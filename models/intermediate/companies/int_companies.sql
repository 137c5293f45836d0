{%- set columns = [
    "company_name", "name_key", "ein", "domain", "website_url", "linkedin_url", "news_url", "phone", "address_line1",
    "address_line2", "city", "state", "postal_code", "country", "industry", "employee_count", "revenue",
    "renewal_month", "renewal_notice_window_days", "last_site_checked_at", "last_linkedin_checked_at",
    "last_news_checked_at", "outreach_id",
] -%}

with

intake as (

    select * from {{ ref("stg_company_intake") }}

),

company_ids as (

    select * from {{ ref("int_company_ids") }}

),

company_rows as (

    select
        company_ids.company_id,
        company_ids.company_number,
        intake.*,
        row_number() over (
            partition by company_ids.company_id order by intake.uploaded_at, {{ bytewise("intake.raw_id") }}
        ) as recency
    from company_ids
    inner join intake on company_ids.intake_id = intake.raw_id

),

{# the latest row that has a value wins, column by column #}
merged as (

    select
        company_id,
        company_number,
        {%- for column in columns %}
        {{ latest_value(column) }} as {{ column }},
        {%- endfor %}
        count(*) as intake_rows,
        min(uploaded_at) as first_seen_at,
        max(uploaded_at) as last_seen_at
    from company_rows
    group by company_id, company_number

),

derived as (

    select
        *,
        {{ uuid_of("company_id") }} as derived_outreach_id
    from merged

),

{# a uuid given by intake counts unless an older company was given it, or it follows from another company's id #}
judged as (

    select
        derived.*,
        derived.outreach_id is not null and (
            row_number() over (partition by derived.outreach_id order by derived.company_number) > 1
            or coalesce(holders.company_id <> derived.company_id, false)
        ) as is_outreach_id_held
    from derived
    left join derived as holders on derived.outreach_id = holders.derived_outreach_id

)

select * from judged
