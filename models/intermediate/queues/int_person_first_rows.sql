{{ config(materialized="view") }}
{# the oldest row of each person ever registered: what a reviewer names the person by #}
with

registry as (

    select
        observation_key,
        barton_id
    from {{ ref("person_id_registry") }}

),

observations as (

    select
        observation_key,
        intake_id,
        mention,
        observed_at
    from {{ ref("int_person_observations") }}

)

select
    registered_id,
    case when mention = 1 then intake_id else observation_key end as intake_id
from (
    select
        registry.barton_id as registered_id,
        observations.*,
        row_number() over (
            partition by registry.barton_id
            order by observations.observed_at, {{ bytewise("observations.intake_id") }}, observations.mention
        ) as age_rank
    from registry
    inner join observations on registry.observation_key = observations.observation_key
) as aged
where age_rank = 1
