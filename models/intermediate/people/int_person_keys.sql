{{ config(materialized="view") }}
with

observations as (

    select
        observations.*,
        person_ids.person_id
    from {{ ref("int_person_observations") }} as observations
    inner join {{ ref("int_person_ids") }} as person_ids
        on observations.observation_key = person_ids.observation_key

)

select
    1 as step,
    alias_id as key_value,
    person_id
from {{ ref("int_person_aliases") }}
union
select
    2 as step,
    linkedin_url as key_value,
    person_id
from observations
where linkedin_url is not null
union
select
    3 as step,
    identifying_email as key_value,
    person_id
from observations
where identifying_email is not null
union
select
    4 as step,
    grouped.key as key_value,
    person_ids.person_id
from {{ ref("grouped_people") }} as grouped
inner join {{ ref("int_person_ids") }} as person_ids on grouped.group_key = person_ids.observation_key
where grouped.kind = 'reference'
