{# every raw row that points at a company, and how; `side` tells apart two references of one row #}
{%- set with_ein = [
    "slot_assignments", "blog_articles", "bit_signal", "suppression", "contact_enrichment", "campaign_contact",
    "message_log", "booking_event", "ac_handoff",
] -%}

with

reference_rows as (

    select
        'people_raw_intake' as raw_table,
        raw_id,
        'company' as side,
        company_unique_id,
        company_website,
        cast(null as text) as ein,
        company_name,
        state
    from {{ ref("base_people_raw_intake") }}
    {%- for table in with_ein %}
    union all
    select
        '{{ table }}' as raw_table,
        raw_id,
        'company' as side,
        company_unique_id,
        company_website,
        ein,
        company_name,
        state
    from {{ ref("base_" ~ table) }}
    {%- endfor %}
    {%- for side in ["old", "new"] %}
    union all
    select
        'talent_flow_movements' as raw_table,
        raw_id,
        '{{ side }}' as side,
        {{ side }}_company_unique_id as company_unique_id,
        {{ side }}_company_website as company_website,
        cast(null as text) as ein,
        cast(null as text) as company_name,
        cast(null as text) as state
    from {{ ref("base_talent_flow_movements") }}
    {%- endfor %}

),

normal_forms as (

    select * from {{ ref("stg_normal_forms") }}

),

normalised as (

    select
        reference_rows.raw_table,
        reference_rows.raw_id,
        reference_rows.side,
        reference_rows.company_unique_id,
        case when not websites.is_shared_host then websites.normal_value end as domain,
        eins.normal_value as ein,
        company_names.normal_value as name_key,
        states.normal_value as state,
        {{ unreadable_values([
            ("company_website", "reference_rows.company_website", "websites.normal_value"),
            ("ein", "reference_rows.ein", "eins.normal_value"),
            ("company_name", "reference_rows.company_name", "company_names.normal_value"),
            ("state", "reference_rows.state", "states.normal_value"),
        ]) }} as unreadable_values
    from reference_rows
    left join normal_forms as websites
        on reference_rows.company_website = websites.raw_value and websites.kind = 'website'
    left join normal_forms as eins on reference_rows.ein = eins.raw_value and eins.kind = 'ein'
    left join normal_forms as company_names
        on reference_rows.company_name = company_names.raw_value and company_names.kind = 'company_name'
    left join normal_forms as states on reference_rows.state = states.raw_value and states.kind = 'state'

)

select
    *,
    concat(
        coalesce(company_unique_id, ''), '|', coalesce(domain, ''), '|', coalesce(ein, ''), '|',
        coalesce(name_key, ''), '|', coalesce(state, '')
    ) as reference_key
from normalised
