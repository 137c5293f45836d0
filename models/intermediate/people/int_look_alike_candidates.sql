{{ config(materialized="view") }}
{# people as the look-alike rules compare them, by the name of their latest row #}
with

people as (

    select * from {{ ref("int_people") }}

),

latest_names as (

    select
        person_id,
        name_key
    from (
        select
            person_ids.person_id,
            observations.name_key,
            row_number() over (
                partition by person_ids.person_id
                order by
                    observations.observed_at desc nulls last,
                    {{ bytewise("observations.intake_id") }} desc nulls last,
                    observations.mention desc nulls last
            ) as recency
        from {{ ref("int_person_observations") }} as observations
        inner join {{ ref("int_person_ids") }} as person_ids
            on observations.observation_key = person_ids.observation_key
    ) as named
    where recency = 1

),

title_roles as (

    select
        title_key,
        role
    from {{ ref("int_title_roles") }}

)

select
    people.person_id,
    people.company_id,
    latest_names.name_key,
    title_roles.role,
    people.phone
from people
inner join latest_names on people.person_id = latest_names.person_id
left join title_roles on people.title_key = title_roles.title_key
