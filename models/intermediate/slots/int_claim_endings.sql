{{ config(materialized="view") }}
{# the latest moment at which anything ended a person's earlier claims on a slot #}
with

claimed_slots as (

    select distinct
        person_id,
        company_id,
        role
    from {{ ref("int_claim_observations") }}

),

title_observations as (

    select
        person_id,
        company_id,
        coalesce(role, 'none') as role,
        max(observed_at) as observed_at
    from {{ ref("int_title_observations") }}
    group by person_id, company_id, role

),

mapping_observations as (

    select
        person_id,
        company_id,
        max(observed_at) as observed_at
    from {{ ref("int_claim_observations") }}
    group by person_id, company_id

),

departures as (

    select
        person_id,
        old_company_id as company_id,
        max(detected_at) as ended_at
    from {{ ref("int_movements") }}
    where
        movement_type = 'departure' and confidence_score >= 70
        and person_id is not null and rejection_code is null
    group by person_id, old_company_id

),

assignments as (

    select * from {{ ref("int_slot_assignments") }}
    where is_in_force and rejection_code is null

),

endings as (

    {# a title there that does not map to the role #}
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        title_observations.observed_at as ended_at
    from claimed_slots
    inner join title_observations
        on
            claimed_slots.person_id = title_observations.person_id
            and claimed_slots.company_id = title_observations.company_id
            and claimed_slots.role <> title_observations.role
    union all
    {# a seat at another company #}
    select
        claimed_slots.person_id,
        claimed_slots.company_id,
        claimed_slots.role,
        mapping_observations.observed_at as ended_at
    from claimed_slots
    inner join mapping_observations
        on
            claimed_slots.person_id = mapping_observations.person_id
            and claimed_slots.company_id <> mapping_observations.company_id
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
    {# an explicit vacating, of this person or of whoever claims the slot; an explicit fill by another #}
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
