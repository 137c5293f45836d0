{# the observations that support claims: titles seen at companies, also those that map to no role, and explicit fills #}
with

deliveries as (

    select
        identity.person_id,
        observations.company_id,
        observations.title_key,
        observations.observed_at,
        observations.title_observed_at
    from {{ ref("int_person_observations") }} as observations
    inner join {{ ref("int_person_identity") }} as identity
        on observations.observation_key = identity.observation_key

),

{# a row that was delivered several times with the same title counts as observed at its first and at its last time #}
observations as (

    select
        person_id,
        company_id,
        title_key,
        observed_at
    from deliveries
    union all
    select
        person_id,
        company_id,
        title_key,
        title_observed_at as observed_at
    from deliveries
    where title_observed_at < observed_at

),

title_roles as (

    select * from {{ ref("int_title_roles") }}

),

assignments as (

    select * from {{ ref("int_slot_assignments") }}
    where is_in_force and rejection_code is null

)

select
    'title' as claim_source,
    observations.person_id,
    observations.company_id,
    case when own_name.title_key is null then title_roles.role else own_name.role end as role,
    case when own_name.title_key is null then title_roles.rank else own_name.rank end as rank,
    observations.observed_at,
    observations.observed_at as known_at
from observations
inner join title_roles on observations.title_key = title_roles.title_key and title_roles.company_id is null
left join title_roles as own_name
    on observations.title_key = own_name.title_key and observations.company_id = own_name.company_id
union all
select
    'assignment' as claim_source,
    person_id,
    company_id,
    role,
    0 as rank,
    effective_at as observed_at,
    greatest(effective_at, recorded_at) as known_at
from assignments
where status = 'filled'
