{{ config(materialized="view") }}
{# rows that need a company or a person and find none, or several; parts of a reference that cannot be read #}
{%- set resolved = [
    ("slot_assignments", "int_slot_assignments", "stg_slot_assignments"),
    ("talent_flow_movements", "int_movements", "stg_movements"),
    ("blog_articles", "int_articles", "stg_articles"),
    ("bit_signal", "int_bit_signals", "stg_bit_signals"),
    ("suppression", "int_suppressions", "stg_suppressions"),
    ("contact_enrichment", "int_enrichments", "stg_enrichments"),
    ("campaign_contact", "int_campaign_contacts", "stg_campaign_contacts"),
    ("message_log", "int_messages", "stg_messages"),
    ("booking_event", "int_bookings", "stg_bookings"),
    ("ac_handoff", "int_handoffs", "stg_handoffs"),
] -%}

with

company_references as (

    select
        raw_table,
        raw_id,
        {{ join_texts("nullif(reference_key, '||||')", "'; '", "side") }} as given
    from {{ ref("int_company_references") }}
    group by raw_table, raw_id

)

{% for raw_table, resolved_model, staged_model in resolved -%}
select
    '{{ raw_table }}' as raw_table,
    resolved.raw_id,
    resolved.rejection_code as error_code,
    company_references.given as detail
from {{ ref(resolved_model) }} as resolved
inner join {{ ref(staged_model) }} as staged on resolved.raw_id = staged.raw_id
left join company_references
    on resolved.raw_id = company_references.raw_id and company_references.raw_table = '{{ raw_table }}'
where resolved.rejection_code is not null and staged.rejection_code is null
union all
{% endfor -%}
select
    'suppression' as raw_table,
    raw_id,
    'SUPPRESSION_EMAIL_ONLY' as error_code,
    email as detail
from {{ ref("int_suppressions") }}
where rejection_code is null and is_company_unknown
union all
select
    'talent_flow_movements' as raw_table,
    movements.raw_id,
    'MOVEMENT_PERSON_UNKNOWN' as error_code,
    person_references.rejection_code as detail
from {{ ref("int_movements") }} as movements
inner join {{ ref("int_person_references") }} as person_references
    on movements.raw_id = person_references.raw_id and person_references.raw_table = 'talent_flow_movements'
where movements.rejection_code is null and movements.person_id is null
union all
select
    'campaign_contact' as raw_table,
    raw_id,
    'CAMPAIGN_NOT_FOUND' as error_code,
    campaign_id as detail
from {{ ref("int_campaign_contacts") }}
where rejection_code is null and is_campaign_unknown
union all
select
    'message_log' as raw_table,
    raw_id,
    'CAMPAIGN_NOT_FOUND' as error_code,
    campaign_id as detail
from {{ ref("int_messages") }}
where rejection_code is null and is_campaign_unknown
union all
select
    raw_table,
    raw_id,
    'VALUE_UNREADABLE' as error_code,
    unreadable_values as detail
from {{ ref("stg_company_references") }}
where unreadable_values is not null
union all
select
    raw_table,
    raw_id,
    'VALUE_UNREADABLE' as error_code,
    unreadable_values as detail
from {{ ref("stg_person_references") }}
where unreadable_values is not null
