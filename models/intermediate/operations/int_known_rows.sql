{# every row a build knows, whatever becomes of it #}
{%- set tables = [
    "company_raw_intake", "people_raw_intake", "slot_assignments", "email_verification", "talent_flow_movements",
    "form_5500", "schedule_a", "schedule_a_brokers", "schedule_h", "blog_articles", "bit_signal", "suppression",
    "contact_enrichment", "campaign", "campaign_contact", "message_log", "booking_event", "ac_handoff",
] -%}

{% for table in tables -%}
select
    '{{ table }}' as raw_table,
    raw_id,
    known_at
from {{ ref("base_" ~ table) }}
{{ "union all" if not loop.last }}
{% endfor -%}
