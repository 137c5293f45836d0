{{ config(materialized="view") }}
{# PEOPLE signals: movements of executives, and changes of the slots #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

movements as (

    select * from {{ ref("int_movements") }}
    where is_executive and rejection_code is null

),

slot_events as (

    select * from {{ ref("slot_events") }}

),

{# each slot with the event that began its present state #}
slots as (

    select
        slots.company_id,
        slots.role,
        slots.status,
        slots.filled_at,
        slots.vacated_at,
        {{ days_between("slots.last_changed_at", today()) }} as days_so_far,
        {{ days_between("slots.vacated_at", today()) }} as days_since_vacated,
        slot_events.event_id
    from {{ ref("slots") }} as slots
    left join slot_events
        on
            slots.slot_id = slot_events.slot_id
            and slots.last_changed_at = slot_events.occurred_at
            and slot_events.event_type = case slots.status when 'filled' then 'FILLED' else 'VACATED' end

),

{# a slot that nobody has left yet gives no signal #}
slot_states as (

    select
        slots.*,
        signal_types.signal_type,
        case signal_types.signal_type
            when 'new_leader' then slots.filled_at
            when 'slot_vacancy' then slots.vacated_at
            else slots.vacated_at + signal_types.threshold * interval '1 day'
        end as detected_at
    from slots
    inner join signal_types
        on case signal_types.signal_type
            when 'new_leader' then slots.status = 'filled' and slots.days_so_far <= signal_types.threshold
            when 'slot_vacancy' then slots.status = 'vacant' and slots.days_since_vacated <= signal_types.threshold
            when 'authority_gap'
                then
                    slots.status = 'vacant' and slots.role = 'HR'
                    and slots.days_since_vacated > signal_types.threshold
        end
    where slots.vacated_at is not null

),

hr_fills as (

    select
        *,
        max(occurred_at) over (partition by slot_id) as latest_fill_at
    from slot_events
    where event_type = 'FILLED' and role = 'HR'

),

{# slots with several fills in the year up to the latest one #}
hr_churn as (

    select
        hr_fills.company_id,
        hr_fills.latest_fill_at,
        max(case when hr_fills.occurred_at = hr_fills.latest_fill_at then hr_fills.event_id end) as event_id,
        count(*) as leaders
    from hr_fills
    inner join signal_types
        on {{ days_between("hr_fills.occurred_at", "hr_fills.latest_fill_at") }} <= signal_types.threshold
    where signal_types.signal_type = 'decision_maker_churn'
    group by hr_fills.company_id, hr_fills.slot_id, hr_fills.latest_fill_at
    having count(*) > 1

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
        movements.raw_id as source_key
    from movements
    inner join signal_types
        on signal_types.signal_type = 'executive_movement' and movements.confidence_score >= signal_types.threshold
    where movements.movement_type in ('hire', 'departure')
    union all
    select
        company_id,
        signal_type,
        'default' as variant,
        detected_at,
        days_so_far as n,
        role as subject,
        'slot_events' as source_table,
        event_id as source_key
    from slot_states
    union all
    select
        company_id,
        'decision_maker_churn' as signal_type,
        'default' as variant,
        latest_fill_at as detected_at,
        leaders as n,
        'HR' as subject,
        'slot_events' as source_table,
        event_id as source_key
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
    found.source_key
from found
inner join signal_types on found.signal_type = signal_types.signal_type
