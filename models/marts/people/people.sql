with

people as (

    select * from {{ ref("int_people") }}

),

email_status as (

    select
        email,
        email_status,
        confidence as email_confidence,
        verified_at as email_checked_at,
        source_url as email_source_url
    from {{ ref("email_verifications") }}
    where is_latest

),

checked_profiles as (

    select
        person_id,
        max(checked_at) as checked_at
    from {{ ref("int_checks") }}
    where rejection_code is null
    group by person_id

),

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}
    where email is not null

),

held_slots as (

    select
        person_id,
        count(*) as slots_held
    from {{ ref("int_slot_status") }}
    where status = 'filled'
    group by person_id

)

select
    people.person_id,
    people.company_id,
    people.full_name,
    people.first_name,
    people.last_name,
    people.title,
    people.role,
    people.email,
    people.is_personal_email,
    case
        when people.email is null then null
        when suppressions.is_beyond_bounce then 'red'
        when suppressions.bounced_at > email_status.email_checked_at then 'red'
        when suppressions.bounced_at is not null and email_status.email_checked_at is null then 'red'
        else coalesce(email_status.email_status, 'gray')
    end as email_status,
    case
        when suppressions.is_beyond_bounce then 'suppressed'
        when suppressions.bounced_at > email_status.email_checked_at then 'hard_bounce'
        when suppressions.bounced_at is not null and email_status.email_checked_at is null then 'hard_bounce'
        when email_status.email_status is not null then 'check'
    end as email_status_reason,
    email_status.email_confidence,
    email_status.email_checked_at,
    email_status.email_source_url,
    people.phone,
    people.linkedin_url,
    greatest(people.last_profile_checked_at, checked_profiles.checked_at) as last_profile_checked_at,
    people.source,
    cast(people.intake_rows as integer) as intake_rows,
    people.first_seen_at,
    people.last_seen_at,
    coalesce(held_slots.slots_held > 1, false) as is_multi_slot
from people
left join email_status on people.email = email_status.email
left join checked_profiles on people.person_id = checked_profiles.person_id
left join suppressions on people.email = suppressions.email
left join held_slots on people.person_id = held_slots.person_id
