{{ config(materialized="view") }}
{# PEOPLE signals from movements of executives, and from several HR leaders in a year #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

slot_events as (

    select
        slot_events.*,
        people.full_name
    from {{ ref("slot_events") }} as slot_events
    left join {{ ref("people") }} as people on slot_events.person_id = people.person_id

),

movements as (

    select
        moves.*,
        case moves.movement_type when 'departure' then coalesce(people.full_name, moves.full_name) end as leaver,
        case moves.movement_type when 'hire' then coalesce(people.full_name, moves.full_name) end as joiner
    from {{ ref("int_movements") }} as moves
    left join {{ ref("people") }} as people on moves.person_id = people.person_id
    where moves.is_executive and moves.rejection_code is null

),

{# each slot with its holder and its last former holder, to match them with the movements of these people #}
seats as (

    select
        slots.company_id,
        slots.role,
        case slots.status when 'filled' then 'hire' else 'departure' end as movement_type,
        coalesce(slots.person_id, leavers.person_id) as person_id,
        leavers.full_name as holder_before,
        holders.full_name as holder_after,
        slots.last_changed_at
    from {{ ref("slots") }} as slots
    left join slot_events as leavers
        on
            slots.slot_id = leavers.slot_id
            and slots.vacated_at = leavers.occurred_at
            and leavers.event_type = 'VACATED'
    left join {{ ref("people") }} as holders on slots.person_id = holders.person_id

),

hr_fills as (

    select
        *,
        max(occurred_at) over (partition by slot_id) as latest_fill_at
    from slot_events
    where event_type = 'FILLED' and role = 'HR'

),

{# slots that several people filled in the year before the latest fill #}
hr_churn as (

    select
        hr_fills.company_id,
        hr_fills.latest_fill_at,
        max(case when hr_fills.occurred_at = hr_fills.latest_fill_at then hr_fills.event_id end) as event_id,
        max(case when hr_fills.occurred_at = hr_fills.latest_fill_at then hr_fills.person_id end) as person_id,
        max(case when hr_fills.occurred_at = hr_fills.latest_fill_at then hr_fills.full_name end) as holder_after,
        count(distinct hr_fills.person_id) as leaders,
        {{ join_texts("hr_fills.full_name", list_separator(), "hr_fills.occurred_at") }} as names
    from hr_fills
    inner join signal_types
        on {{ days_between("hr_fills.occurred_at", "hr_fills.latest_fill_at") }} <= signal_types.threshold
    where signal_types.signal_type = 'decision_maker_churn'
    group by hr_fills.company_id, hr_fills.slot_id, hr_fills.latest_fill_at
    having count(distinct hr_fills.person_id) > 1

),

found as (

    select
        movements.company_id,
        signal_types.signal_type,
        movements.movement_type as variant,
        movements.detected_at,
        {{ days_between("movements.detected_at", today()) }} as n,
        movements.title as subject,
        'talent_flow_movements' as source_table,
        movements.raw_id as source_key,
        {{ json_object_of([
            ("role", "movements.role"),
            ("title", "movements.title"),
            ("person_id", "coalesce(movements.person_id, seats.person_id)"),
            ("holder_before", "coalesce(movements.leaver, seats.holder_before)"),
            ("holder_after", "coalesce(movements.joiner, seats.holder_after)"),
            ("happened_on", "cast(movements.detected_at as date)"),
        ]) }} as details
    from movements
    inner join signal_types
        on signal_types.signal_type = 'executive_movement' and movements.confidence_score >= signal_types.threshold
    left join seats
        on
            movements.company_id = seats.company_id
            and movements.role = seats.role
            and movements.movement_type = seats.movement_type
            and coalesce(movements.person_id, seats.person_id) = seats.person_id
            and abs({{ days_between("movements.detected_at", "seats.last_changed_at") }})
            <= {{ var("movement_explains_days") }}
    where movements.movement_type in ('hire', 'departure')
    union all
    select
        company_id,
        'decision_maker_churn' as signal_type,
        'default' as variant,
        latest_fill_at as detected_at,
        leaders as n,
        'HR' as subject,
        'slot_events' as source_table,
        event_id as source_key,
        {{ json_object_of([
            ("role", "cast('HR' as text)"),
            ("person_id", "person_id"),
            ("holder_after", "holder_after"),
            ("leaders", json_array_of_texts("names")),
            ("happened_on", "cast(latest_fill_at as date)"),
        ]) }} as details
    from hr_churn

)

select
    found.company_id,
    found.signal_type,
    found.variant,
    signal_types.magnitude,
    found.detected_at,
    found.detected_at + signal_types.valid_days * interval '1 day' as expires_at,
    cast(found.n as bigint) as n,
    found.subject,
    found.source_table,
    found.source_key as source_record_ids,
    found.source_key,
    found.details
from found
inner join signal_types on found.signal_type = signal_types.signal_type
