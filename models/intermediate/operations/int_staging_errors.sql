{{ config(materialized="view") }}
{# what staging refused, and the values it could not read: the same for every raw table #}
{%- set tables = [
    ("company_raw_intake", "stg_company_intake", "raw_id", "uploaded_at"),
    ("people_raw_intake", "stg_people_intake", "raw_id", "uploaded_at"),
    ("slot_assignments", "stg_slot_assignments", "raw_id", "recorded_at"),
    ("email_verification", "stg_email_verifications", "raw_id", "verified_at"),
    ("talent_flow_movements", "stg_movements", "raw_id", "detected_at"),
    ("form_5500", "stg_form_5500", "raw_id", "received_at"),
    ("schedule_a", "stg_schedule_a", "raw_id", "known_at"),
    ("schedule_a_brokers", "stg_schedule_a_brokers", "raw_id", "known_at"),
    ("schedule_h", "stg_schedule_h", "raw_id", "known_at"),
    ("blog_articles", "stg_articles", "raw_id", "published_at"),
    ("bit_signal", "stg_bit_signals", "raw_id", "detected_at"),
    ("suppression", "stg_suppressions", "raw_id", "created_at"),
    ("contact_enrichment", "stg_enrichments", "raw_id", "started_at"),
    ("campaign", "stg_campaigns", "raw_id", "created_at"),
    ("campaign_contact", "stg_campaign_contacts", "raw_id", "created_at"),
    ("message_log", "stg_messages", "raw_id", "sent_at"),
    ("booking_event", "stg_bookings", "raw_id", "created_at"),
    ("ac_handoff", "stg_handoffs", "raw_id", "created_at"),
] -%}

with

staged as (

    {%- for raw_table, model, raw_id, known_at in tables %}
    select
        '{{ raw_table }}' as raw_table,
        {{ raw_id }} as raw_id,
        {{ known_at }} as known_at,
        rejection_code,
        rejection_detail,
        unreadable_values,
        unreadable_versions
    from {{ ref(model) }}
    where rejection_code is not null or unreadable_values is not null or unreadable_versions > 0
    {{ "union all" if not loop.last }}
    {%- endfor %}

)

select
    raw_table,
    raw_id,
    known_at,
    rejection_code as error_code,
    rejection_detail as detail
from staged
where rejection_code is not null
union all
select
    raw_table,
    raw_id,
    known_at,
    'VALUE_UNREADABLE' as error_code,
    unreadable_values as detail
from staged
where unreadable_values is not null
union all
select
    raw_table,
    raw_id,
    known_at,
    'REPEAT_TIME_UNREADABLE' as error_code,
    'a repeat of this row has an unreadable time' as detail
from staged
where unreadable_versions > 0 and known_at is not null
