{# every raw row that refers to a company; `side` distinguishes two references in one row #}
with

reference_rows as (
    {{ reference_rows(
        {
            "ac_handoff": (ref("stg_handoffs"), "created_at"),
            "bit_signal": (ref("stg_bit_signals"), "detected_at"),
            "blog_articles": (ref("stg_articles"), "published_at"),
            "booking_event": (ref("stg_bookings"), "created_at"),
            "campaign_contact": (ref("stg_campaign_contacts"), "created_at"),
            "checks": (ref("stg_checks"), "checked_at"),
            "contact_enrichment": (ref("stg_enrichments"), "started_at"),
            "message_log": (ref("stg_messages"), "sent_at"),
            "people_raw_intake": (ref("base_people_raw_intake"), "unchanged_since"),
            "slot_assignments": (ref("stg_slot_assignments"), "recorded_at"),
            "suppression": (ref("base_suppression"), "known_at"),
            "talent_flow_movements": (ref("stg_movements"), "detected_at"),
        },
        "company",
        ["company_unique_id", "company_website", "ein", "company_name", "state"],
    ) }}

),

forms as (

    select * from {{ ref("company_forms") }}

),

normalised as (

    select
        reference_rows.raw_table,
        reference_rows.raw_id,
        reference_rows.side,
        reference_rows.known_at,
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
    left join forms as websites
        on reference_rows.company_website = websites.raw_value and websites.kind = 'website'
    left join forms as eins on reference_rows.ein = eins.raw_value and eins.kind = 'ein'
    left join forms as company_names
        on reference_rows.company_name = company_names.raw_value and company_names.kind = 'company_name'
    left join forms as states on reference_rows.state = states.raw_value and states.kind = 'state'

)

select
    *,
    concat(
        coalesce(company_unique_id, ''), '|', coalesce(domain, ''), '|', coalesce(ein, ''), '|',
        coalesce(name_key, ''), '|', coalesce(state, '')
    ) as reference_key
from normalised
