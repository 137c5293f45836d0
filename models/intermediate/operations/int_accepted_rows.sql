{{ config(materialized="view") }}
{# accepted rows per raw table, counted where they are used #}
{%- set tables = [
    ("slot_assignments", "int_slot_assignments"),
    ("email_verification", "stg_email_verifications"),
    ("talent_flow_movements", "int_movements"),
    ("form_5500", "stg_form_5500"),
    ("schedule_a", "stg_schedule_a"),
    ("schedule_a_brokers", "stg_schedule_a_brokers"),
    ("schedule_h", "stg_schedule_h"),
    ("blog_articles", "int_articles"),
    ("bit_signal", "int_bit_signals"),
    ("suppression", "int_suppressions"),
    ("contact_enrichment", "int_enrichments"),
    ("campaign", "stg_campaigns"),
    ("campaign_contact", "int_campaign_contacts"),
    ("message_log", "int_messages"),
    ("booking_event", "int_bookings"),
    ("ac_handoff", "int_handoffs"),
] -%}

select
    'company_raw_intake' as raw_table,
    count(*) as accepted_rows
from {{ ref("int_company_identity") }}
where kind = 'row' and company_id is not null
union all
select
    'people_raw_intake' as raw_table,
    count(distinct intake_id) as accepted_rows
from {{ ref("int_person_observations") }}
{% for raw_table, model in tables -%}
union all
select
    '{{ raw_table }}' as raw_table,
    count(*) as accepted_rows
from {{ ref(model) }}
where rejection_code is null
{% endfor -%}
