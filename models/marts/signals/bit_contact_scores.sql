with

people as (

    select person_id from {{ ref("int_people") }}

),

totals as (

    select
        person_id,
        sum(micropoints) as micropoints,
        sum(signal_count) as signal_count,
        max(last_signal_at) as last_signal_at,
        {{ points_by("signal_type") }} as activity_breakdown
    from {{ ref("int_contact_points") }}
    group by person_id

),

capped as (

    select
        people.person_id,
        {{ score_in_hundredths("cast(coalesce(totals.micropoints, 0) as bigint)") }} as hundredths,
        cast(coalesce(totals.signal_count, 0) as integer) as signal_count,
        totals.last_signal_at,
        totals.activity_breakdown
    from people
    left join totals on people.person_id = totals.person_id

)

select
    person_id,
    cast(hundredths * 0.01 as numeric(5, 2)) as engagement_score,
    case
        when hundredths >= 5000 then 'engaged'
        when hundredths >= 2500 then 'interested'
        when hundredths > 0 then 'passive'
        else 'cold'
    end as engagement_tier,
    signal_count,
    last_signal_at,
    coalesce(activity_breakdown, cast('{}' as json)) as activity_breakdown,
    {{ as_of() }} as calculated_at
from capped
