{# every row that a build knows, accepted or rejected, with the result of staging #}
{%- set staged = {
    "ac_handoff": (ref("stg_handoffs"), "created_at"),
    "bit_signal": (ref("stg_bit_signals"), "detected_at"),
    "blog_articles": (ref("stg_articles"), "published_at"),
    "booking_event": (ref("stg_bookings"), "created_at"),
    "campaign": (ref("stg_campaigns"), "created_at"),
    "campaign_contact": (ref("stg_campaign_contacts"), "created_at"),
    "checks": (ref("stg_checks"), "checked_at"),
    "company_raw_intake": (ref("stg_company_intake"), "first_uploaded_at"),
    "contact_enrichment": (ref("stg_enrichments"), "started_at"),
    "email_verification": (ref("stg_email_verifications"), "verified_at"),
    "form_5500": (ref("stg_form_5500"), "received_at"),
    "message_log": (ref("stg_messages"), "sent_at"),
    "people_raw_intake": (ref("stg_people_intake"), "first_uploaded_at"),
    "resolution_verdicts": (ref("stg_resolution_verdicts"), "decided_at"),
    "schedule_a": (ref("stg_schedule_a"), "known_at"),
    "schedule_a_brokers": (ref("stg_schedule_a_brokers"), "known_at"),
    "schedule_h": (ref("stg_schedule_h"), "known_at"),
    "slot_assignments": (ref("stg_slot_assignments"), "recorded_at"),
    "suppression": (ref("stg_suppressions"), "created_at"),
    "talent_flow_movements": (ref("stg_movements"), "detected_at"),
} -%}

{% set have_unclear_values = ("message_log", "people_raw_intake", "suppression") -%}
{% for raw_table, (relation, known_at) in staged.items() -%}
select
    '{{ raw_table }}' as raw_table,
    raw_id,
    {{ known_at }} as known_at,
    rejection_code,
    rejection_detail,
    unreadable_values,
    {{ "unclear_values" if raw_table in have_unclear_values else "cast(null as text)" }} as unclear_values,
    unreadable_versions
from {{ relation }}
{{ "union all" if not loop.last }}
{% endfor -%}
