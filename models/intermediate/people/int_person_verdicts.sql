{# verdicts of reviewers on two observations up to today; the latest verdict on the same two counts #}
with

verdicts as (

    select * from {{ ref("person_verdicts") }}
    where decided_on <= {{ today() }} and verdict in ('same_person', 'different_people')

),

{# a reviewer names a row by its intake id, or the second person of a row by the observation key #}
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

),

on_observations as (

    select
        least({{ bytewise("one.observation_key") }}, {{ bytewise("other.observation_key") }}) as observation_key_a,
        greatest({{ bytewise("one.observation_key") }}, {{ bytewise("other.observation_key") }}) as observation_key_b,
        verdicts.verdict,
        verdicts.decided_on
    from verdicts
    inner join row_names as one on {{ clean_text("verdicts.intake_id_a") }} = one.row_name
    inner join row_names as other on {{ clean_text("verdicts.intake_id_b") }} = other.row_name

)

select
    observation_key_a,
    observation_key_b,
    verdict,
    decided_on
from (
    select
        *,
        row_number() over (
            partition by observation_key_a, observation_key_b
            order by decided_on desc nulls last, {{ bytewise("verdict") }}
        ) as recency
    from on_observations
) as ranked
where recency = 1 and observation_key_a <> observation_key_b
