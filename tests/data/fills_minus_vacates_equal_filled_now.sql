with

slots as (

    select
        slot_id,
        case when status = 'filled' then 1 else 0 end as filled_now
    from {{ ref("slots") }}

),

events_of_slots as (

    select
        slot_id,
        sum(case event_type when 'FILLED' then 1 when 'VACATED' then -1 end) as fills_minus_vacates
    from {{ ref("slot_events") }}
    group by slot_id

)

select
    slots.slot_id,
    slots.filled_now,
    events_of_slots.fills_minus_vacates
from slots
left join events_of_slots on slots.slot_id = events_of_slots.slot_id
where coalesce(events_of_slots.fills_minus_vacates, 0) <> slots.filled_now
