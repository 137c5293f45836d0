{# verdicts of reviewers on two observations; the latest verdict on the same two counts #}
with

verdicts as (

    select * from {{ ref("stg_resolution_verdicts") }}
    where entity_type = 'person' and rejection_code is null

),

{# a reviewer names a person by an intake id or a Barton id, and the second person of a row by the observation key #}
row_names as (

    select
        observation_key as row_name,
        observation_key
    from {{ ref("int_person_observations") }}
    union
    select
        intake_id as row_name,
        observation_key
    from {{ ref("int_person_observations") }}
    where mention = 1
    union
    {# the first row that an earlier build recorded under the id, else the oldest row that has the id #}
    select
        barton_id as row_name,
        observation_key
    from (
        select
            barton_id,
            observation_key,
            row_number() over (
                partition by barton_id
                order by recorded_at nulls last, observed_at, {{ bytewise("observation_key") }}
            ) as age_rank
        from (
            select
                barton_id,
                observation_key,
                recorded_at,
                observed_at
            from {{ ref("int_registered_ids") }}
            where entity_type = 'person' and survivor_id is null
            union all
            select
                handed_in_id as barton_id,
                observation_key,
                cast(null as timestamp) as recorded_at,
                observed_at
            from {{ ref("int_person_observations") }}
            where handed_in_id is not null
        ) as known_ids
    ) as ranked_ids
    where age_rank = 1

),

on_observations as (

    select
        least({{ bytewise("one.observation_key") }}, {{ bytewise("other.observation_key") }}) as observation_key_a,
        greatest({{ bytewise("one.observation_key") }}, {{ bytewise("other.observation_key") }}) as observation_key_b,
        case verdicts.verdict when 'same' then 'same_person' else 'different_people' end as verdict,
        verdicts.raw_id,
        verdicts.decided_at,
        verdicts.first_id,
        verdicts.second_id,
        one.observation_key is not null as is_first_known,
        other.observation_key is not null as is_second_known
    from verdicts
    left join row_names as one on verdicts.first_id = one.row_name
    left join row_names as other on verdicts.second_id = other.row_name

)

select
    observation_key_a,
    observation_key_b,
    raw_id as verdict_id,
    verdict,
    decided_at,
    cast(null as text) as rejection_code,
    cast(null as text) as unknown_id
from (
    select
        *,
        row_number() over (
            partition by observation_key_a, observation_key_b
            order by decided_at desc nulls last, {{ bytewise("raw_id") }} desc
        ) as recency
    from on_observations
    where is_first_known and is_second_known
) as ranked
where recency = 1 and observation_key_a <> observation_key_b
union all
select
    cast(null as text) as observation_key_a,
    cast(null as text) as observation_key_b,
    raw_id as verdict_id,
    verdict,
    decided_at,
    'PERSON_NOT_FOUND' as rejection_code,
    case when is_first_known then second_id else first_id end as unknown_id
from on_observations
where not is_first_known or not is_second_known
