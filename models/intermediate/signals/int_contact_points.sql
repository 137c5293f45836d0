{{ config(materialized="view") }}
{# what is left of each person's engagement today, by kind, in millionths of a point #}
with

weights as (

    select * from {{ ref("contact_signal_weights") }}

),

engagements as (

    select
        person_id,
        signal_type,
        detected_at
    from {{ ref("bit_signals") }}
    where person_id is not null
    union all
    select
        person_id,
        'inbound_message' as signal_type,
        sent_at as detected_at
    from {{ ref("message_log") }}
    where direction = 'inbound' and person_id is not null

),

aged as (

    select
        engagements.person_id,
        engagements.signal_type,
        engagements.detected_at,
        weights.weight,
        weights.decay_days,
        {{ days_between("engagements.detected_at", today()) }} as age_days
    from engagements
    inner join weights on engagements.signal_type = weights.signal_type

)

select
    person_id,
    signal_type,
    cast(sum({{ remaining_micropoints("cast(weight as bigint) * 1000000") }}) as bigint) as micropoints,
    cast(count(*) as integer) as signal_count,
    max(detected_at) as last_signal_at
from aged
group by person_id, signal_type
