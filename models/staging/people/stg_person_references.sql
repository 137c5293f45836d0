{# every raw row that may refer to a person #}
with

reference_rows as (
    {{ reference_rows(
        {
            "ac_handoff": (ref("stg_handoffs"), "created_at"),
            "bit_signal": (ref("stg_bit_signals"), "detected_at"),
            "booking_event": (ref("stg_bookings"), "created_at"),
            "campaign_contact": (ref("stg_campaign_contacts"), "created_at"),
            "checks": (ref("stg_checks"), "checked_at"),
            "contact_enrichment": (ref("stg_enrichments"), "started_at"),
            "message_log": (ref("stg_messages"), "sent_at"),
            "slot_assignments": (ref("stg_slot_assignments"), "recorded_at"),
            "talent_flow_movements": (ref("stg_movements"), "detected_at"),
        },
        "person",
        ["person_unique_id", "linkedin_url", "email", "full_name"],
    ) }}

),

forms as (

    select * from {{ ref("person_forms") }}

),

normalised as (

    select
        reference_rows.raw_table,
        reference_rows.raw_id,
        reference_rows.known_at,
        reference_rows.person_unique_id,
        linkedin_urls.normal_value as linkedin_url,
        case when not emails.is_role_mailbox then emails.normal_value end as email,
        person_names.normal_value as name_key,
        person_names.first_key,
        person_names.middle_key,
        person_names.last_key,
        person_names.suffix_key,
        coalesce(
            reference_rows.person_unique_id,
            reference_rows.linkedin_url,
            reference_rows.email,
            reference_rows.full_name
        ) is not null as names_somebody,
        {{ unreadable_values([
            ("linkedin_url", "reference_rows.linkedin_url", "linkedin_urls.normal_value"),
            ("email", "reference_rows.email", "emails.normal_value"),
            ("full_name", "reference_rows.full_name", "person_names.normal_value"),
        ]) }} as unreadable_values
    from reference_rows
    left join forms as linkedin_urls
        on reference_rows.linkedin_url = linkedin_urls.raw_value and linkedin_urls.kind = 'linkedin_person'
    left join forms as emails on reference_rows.email = emails.raw_value and emails.kind = 'email'
    left join forms as person_names
        on
            reference_rows.full_name = person_names.raw_value
            and person_names.kind = 'person_name'
            and person_names.mention = 1

)

select * from normalised
