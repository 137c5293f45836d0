{{ config(materialized="view") }}
{# PEOPLE signals from the present state of the slots: new leaders, vacancies, gaps in HR #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

slot_events as (

    select
        slot_events.*,
        people.full_name,
        case when people.company_id = slot_events.company_id and people.role = slot_events.role then people.title end
            as title
    from {{ ref("slot_events") }} as slot_events
    left join {{ ref("people") }} as people on slot_events.person_id = people.person_id

),

{# movements that are themselves signals #}
movements as (

    select movements.*
    from {{ ref("int_movements") }} as movements
    inner join signal_types
        on signal_types.signal_type = 'executive_movement' and movements.confidence_score >= signal_types.threshold
    where movements.is_executive and movements.rejection_code is null

),

{# the slots that somebody has left, with the event that began the present state and the last VACATED event #}
left_slots as (

    select
        slots.*,
        vacated.full_name as holder_before,
        latest.event_id,
        latest.person_id as event_person_id,
        case slots.status when 'filled' then latest.full_name end as holder_after,
        case slots.status when 'filled' then latest.title end as title,
        case slots.status when 'filled' then slots.held_since else slots.vacated_at end as happened_at
    from {{ ref("slots") }} as slots
    inner join slot_events as vacated
        on
            slots.slot_id = vacated.slot_id
            and slots.vacated_at = vacated.occurred_at
            and vacated.event_type = 'VACATED'
    inner join slot_events as latest
        on
            slots.slot_id = latest.slot_id
            and slots.last_changed_at = latest.occurred_at
            and latest.event_type = case slots.status when 'filled' then 'FILLED' else 'VACATED' end

),

{# a fill explained by a hire, or a vacancy explained by a departure, is the same fact as the movement #}
explained_slots as (

    select distinct left_slots.slot_id
    from left_slots
    inner join movements
        on
            left_slots.company_id = movements.company_id
            and left_slots.role = movements.role
            and movements.movement_type = case left_slots.status when 'filled' then 'hire' else 'departure' end
            and left_slots.event_person_id = coalesce(movements.person_id, left_slots.event_person_id)
            and abs({{ days_between("movements.detected_at", "left_slots.last_changed_at") }})
            <= {{ var("movement_explains_days") }}

),

slot_states as (

    select
        left_slots.*,
        signal_types.signal_type,
        left_slots.last_changed_at
        + case signal_types.signal_type when 'authority_gap' then signal_types.threshold else 0 end * interval '1 day'
            as detected_at
    from left_slots
    inner join signal_types
        on case signal_types.signal_type
            when 'new_leader'
                then
                    left_slots.status = 'filled'
                    and {{ days_between("least(left_slots.filled_at, left_slots.held_since)", today()) }}
                    <= signal_types.threshold
            when 'slot_vacancy' then left_slots.status = 'vacant'
            when 'authority_gap'
                then
                    left_slots.status = 'vacant' and left_slots.role = 'HR'
                    and {{ days_between("left_slots.vacated_at", today()) }} > signal_types.threshold
        end
    left join explained_slots on left_slots.slot_id = explained_slots.slot_id
    where explained_slots.slot_id is null or signal_types.signal_type = 'authority_gap'

)

select
    slot_states.company_id,
    slot_states.signal_type,
    'default' as variant,
    signal_types.magnitude,
    slot_states.detected_at,
    {# a new leader counts as long as both the fill and the start in the seat are recent #}
    case slot_states.signal_type
        when 'new_leader' then least(slot_states.filled_at, slot_states.held_since)
        else slot_states.detected_at
    end + signal_types.valid_days * interval '1 day' as expires_at,
    cast({{ days_between("slot_states.happened_at", today()) }} as bigint) as n,
    slot_states.role as subject,
    'slot_events' as source_table,
    slot_states.event_id as source_record_ids,
    slot_states.event_id as source_key,
    {{ json_object_of([
        ("role", "slot_states.role"),
        ("title", "slot_states.title"),
        ("person_id", "slot_states.event_person_id"),
        ("holder_before", "slot_states.holder_before"),
        ("holder_after", "slot_states.holder_after"),
        ("happened_on", "cast(slot_states.happened_at as date)"),
    ]) }} as details
from slot_states
inner join signal_types on slot_states.signal_type = signal_types.signal_type
