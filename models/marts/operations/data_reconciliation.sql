{# accepted rows are counted where they are used, so that a row lost on the way shows #}
{%- set about_a_company -%}
select raw_id from {{ ref("int_row_subjects") }} where raw_table = 'blog_articles' and rejection_code is null
{%- endset -%}
{%- set of_unknown_people -%}
select verdict_id from {{ ref("int_person_verdicts") }} where rejection_code is not null
{%- endset -%}
{%- set accepted_rows = {
    "ac_handoff": (ref("ac_handoffs"), "handoff_id"),
    "bit_signal": (ref("bit_signals"), "signal_id"),
    "blog_articles": (ref("stg_articles"), "case when rejection_code is null and raw_id in (" ~ about_a_company ~ ") then raw_id end"),
    "booking_event": (ref("booking_events"), "booking_event_id"),
    "campaign": (ref("campaigns"), "campaign_id"),
    "campaign_contact": (ref("campaign_contacts"), "campaign_contact_id"),
    "checks": (ref("int_checks"), "case when rejection_code is null then raw_id end"),
    "company_raw_intake": (ref("int_company_identity"), "case when kind = 'row' and company_id is not null then intake_id end"),
    "contact_enrichment": (ref("enrichment_jobs"), "enrichment_id"),
    "email_verification": (ref("email_verifications"), "verification_id"),
    "form_5500": (ref("stg_form_5500"), "case when rejection_code is null then raw_id end"),
    "message_log": (ref("message_log"), "message_log_id"),
    "people_raw_intake": (ref("int_person_observations"), "distinct intake_id"),
    "resolution_verdicts": (ref("stg_resolution_verdicts"), "case when entity_type = 'person' and rejection_code is null and raw_id not in (" ~ of_unknown_people ~ ") then raw_id end"),
    "schedule_a": (ref("stg_schedule_a"), "case when rejection_code is null then raw_id end"),
    "schedule_a_brokers": (ref("stg_schedule_a_brokers"), "case when rejection_code is null then raw_id end"),
    "schedule_h": (ref("stg_schedule_h"), "case when rejection_code is null then raw_id end"),
    "slot_assignments": (ref("int_slot_assignments"), "case when rejection_code is null then raw_id end"),
    "suppression": (ref("suppressions"), "case when source_table = 'suppression' then suppression_id end"),
    "talent_flow_movements": (ref("int_movements"), "case when rejection_code is null then raw_id end"),
} -%}
{# filings of unknown companies, and their schedules, are dropped early: they count as known and accepted #}
{%- set left_out_rows = {
    "form_5500": ref("base_form_5500"),
    "schedule_a": ref("base_schedule_a"),
    "schedule_a_brokers": ref("base_schedule_a_brokers"),
} -%}

with

accepted_by_use as (

    {%- for raw_table, (relation, row_key) in accepted_rows.items() %}
    select
        '{{ raw_table }}' as raw_table,
        cast(count({{ row_key }}) as integer) as accepted_rows
    from {{ relation }}
    union all
    {%- endfor %}
    {# verdicts on companies are used unless they name an unknown company #}
    select
        'resolution_verdicts' as raw_table,
        cast(count(*) as integer) as accepted_rows
    from {{ ref("int_company_identity") }}
    where kind = 'verdict' and coalesce(rejection_code, '') <> 'COMPANY_NOT_FOUND'

),

accepted as (

    select
        raw_table,
        cast(sum(accepted_rows) as integer) as accepted_rows
    from accepted_by_use
    group by raw_table

),

left_out as (

    {%- for raw_table, relation in left_out_rows.items() %}
    select
        '{{ raw_table }}' as raw_table,
        cast(count(*) as integer) as left_out_rows
    from {{ relation }}
    where is_left_out
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

known as (

    select
        raw_table,
        cast(count(*) as integer) as known_rows
    from {{ ref("int_known_rows") }}
    group by raw_table

),

rejected as (

    select
        raw_table,
        cast(count(distinct raw_id) as integer) as rejected_rows
    from {{ ref("int_pipeline_errors") }}
    where refuses_row
    group by raw_table

),

counted as (

    select
        accepted.raw_table,
        coalesce(known.known_rows, 0) + coalesce(left_out.left_out_rows, 0) as known_rows,
        accepted.accepted_rows + coalesce(left_out.left_out_rows, 0) as accepted_rows,
        coalesce(rejected.rejected_rows, 0) as rejected_rows
    from accepted
    left join left_out on accepted.raw_table = left_out.raw_table
    left join known on accepted.raw_table = known.raw_table
    left join rejected on accepted.raw_table = rejected.raw_table

)

select
    *,
    known_rows = accepted_rows + rejected_rows as is_balanced
from counted
