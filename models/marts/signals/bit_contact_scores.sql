with

people as (

    select person_id from {{ ref("int_people") }}

),

score_tiers as (

    select * from {{ ref("score_tiers") }}
    where score = 'engagement_score'

),

{# an automatic answer says nothing about the person #}
answers as (

    select
        subjects.person_id,
        messages.sent_at
    from {{ ref("stg_messages") }} as messages
    inner join {{ ref("int_row_subjects") }} as subjects
        on messages.raw_id = subjects.raw_id and subjects.raw_table = 'message_log'
    inner join {{ ref("text_forms") }} as replies on messages.reply_text = replies.raw_value and replies.kind = 'reply'
    where
        messages.rejection_code is null and messages.direction = 'inbound' and subjects.rejection_code is null
        and replies.normal_value not in ('automatic', 'delivery_failure')

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
    from answers
    where person_id is not null

),

aged as (

    select
        engagements.*,
        weights.weight,
        weights.decay_days,
        {{ days_between("engagements.detected_at", today()) }} as age_days
    from engagements
    inner join {{ ref("contact_signal_weights") }} as weights on engagements.signal_type = weights.signal_type

),

{# millionths of a point, because whole numbers have the same sum on every engine #}
signal_points as (

    select
        person_id,
        signal_type,
        cast(sum({{ remaining_micropoints("cast(weight as bigint) * 1000000") }}) as bigint) as micropoints,
        count(*) as signal_count,
        max(detected_at) as last_signal_at
    from aged
    group by person_id, signal_type

),

totals as (

    select
        person_id,
        cast(sum(micropoints) as bigint) as micropoints,
        cast(sum(signal_count) as integer) as signal_count,
        max(last_signal_at) as last_signal_at,
        {{ points_by("signal_type") }} as activity_breakdown
    from signal_points
    group by person_id

),

scores as (

    select
        people.person_id,
        cast({{ score_in_hundredths("coalesce(totals.micropoints, 0)") }} * 0.01 as numeric(5, 2)) as engagement_score,
        coalesce(totals.signal_count, 0) as signal_count,
        totals.last_signal_at,
        cast(coalesce(totals.activity_breakdown, '{}') as {{ json_type() }}) as activity_breakdown
    from people
    left join totals on people.person_id = totals.person_id

)

select
    scores.person_id,
    scores.engagement_score,
    score_tiers.tier as engagement_tier,
    scores.signal_count,
    scores.last_signal_at,
    scores.activity_breakdown,
    {{ as_of() }} as calculated_at
from scores
left join score_tiers
    on
        coalesce(scores.engagement_score >= score_tiers.at_least, true)
        and coalesce(scores.engagement_score < score_tiers.below, true)
