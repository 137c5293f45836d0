{# the columns of marts that refer to keys of other marts #}
{%- set references = [
    ("company_intake_status", "company_id", "companies", "company_id"),
    ("people", "company_id", "companies", "company_id"),
    ("slots", "company_id", "companies", "company_id"),
    ("slots", "person_id", "people", "person_id"),
    ("slot_events", "slot_id", "slots", "slot_id"),
    ("bit_rule_events", "company_id", "companies", "company_id"),
    ("bit_contact_scores", "person_id", "people", "person_id"),
    ("pressure_signals", "company_id", "companies", "company_id"),
    ("proof_lines", "company_id", "companies", "company_id"),
    ("message_authorizations", "company_id", "companies", "company_id"),
    ("authorization_log", "company_id", "companies", "company_id"),
    ("send_queue", "person_id", "people", "person_id"),
    ("send_queue", "proof_id", "proof_lines", "proof_id"),
    ("message_log", "company_id", "companies", "company_id"),
    ("message_log", "person_id", "people", "person_id"),
    ("campaign_contacts", "person_id", "people", "person_id"),
    ("enrichment_jobs", "person_id", "people", "person_id"),
    ("suppressions", "company_id", "companies", "company_id"),
    ("suppressions", "reason", "suppression_reasons", "reason"),
    ("url_check_queue", "company_id", "companies", "company_id"),
    ("profile_check_queue", "person_id", "people", "person_id"),
    ("email_recheck_queue", "person_id", "people", "person_id"),
    ("missing_contact_queue", "slot_id", "slots", "slot_id"),
    ("people_resolution_queue", "person_id_primary", "people", "person_id"),
    ("pipeline_events", "company_id", "companies", "company_id"),
] -%}

{% for mart, column, target, key in references -%}
select
    '{{ mart }}.{{ column }}' as reference,
    cast(marts.{{ column }} as text) as unknown_value
from {{ ref(mart) }} as marts
left join {{ ref(target) }} as targets on marts.{{ column }} = targets.{{ key }}
where marts.{{ column }} is not null and targets.{{ key }} is null
{{ "union all" if not loop.last }}
{% endfor -%}
