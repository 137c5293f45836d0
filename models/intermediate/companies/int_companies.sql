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
            partition by company_ids.company_id order by intake.uploaded_at, intake.raw_id
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

)

select
    merged.*,
    row_number() over (partition by outreach_id order by company_number) as outreach_id_rank
from merged
