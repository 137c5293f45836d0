{{ config(materialized="view") }}
{# when a person's claims on a slot last ended: observations before that no longer count #}
with

observations as (

    select * from {{ ref("int_claim_observations") }}

),

claimed_slots as (

    select distinct
        person_id,
        company_id,
        role
    from observations
    where role is not null

),

titles as (

    select
        person_id,
        company_id,
        coalesce(role, 'none') as role,
        max(observed_at) as observed_at
    from observations
    where claim_source = 'title'
    group by person_id, company_id, role

),

seats as (

    select
        person_id,
        company_id,
        max(observed_at) as observed_at
    from observations
    where role is not null
    group by person_id, company_id

),

departures as (

    select
        person_id,
        old_company_id as company_id,
        max(detected_at) as ended_at
    from {{ ref("int_movements") }}
    where
        movement_type = 'departure' and confidence_score >= {{ var("departure_confidence_from") }}
        and person_id is not null and rejection_code is null
    group by person_id, old_company_id

),

assignments as (

    select * from {{ ref("int_slot_assignments") }}
    where is_in_force and rejection_code is null

),

endings as (

    {# a title at the company that does not map to the role #}
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        titles.observed_at as ended_at
    from claimed_slots
    inner join titles
        on
            claimed_slots.person_id = titles.person_id
            and claimed_slots.company_id = titles.company_id
            and claimed_slots.role <> titles.role
    union all
    {# a seat at another company #}
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        seats.observed_at as ended_at
    from claimed_slots
    inner join seats
        on
            claimed_slots.person_id = seats.person_id
            and claimed_slots.company_id <> seats.company_id
    union all
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        departures.ended_at
    from claimed_slots
    inner join departures
        on
            claimed_slots.person_id = departures.person_id
            and claimed_slots.company_id = departures.company_id
    union all
    {# an explicit vacating, of one person or of everybody on the slot; an explicit fill by another person #}
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        assignments.effective_at as ended_at
    from claimed_slots
    inner join assignments
        on
            claimed_slots.company_id = assignments.company_id
            and claimed_slots.role = assignments.role
            and (
                (
                    assignments.status = 'vacant'
                    and (assignments.person_id is null or claimed_slots.person_id = assignments.person_id)
                )
                or (assignments.status = 'filled' and claimed_slots.person_id <> assignments.person_id)
            )

)

select
    person_id,
    company_id,
    role,
    max(ended_at) as ended_at
from endings
group by person_id, company_id, role
