{{ config(materialized="view") }}
{# signals of the PEOPLE hub: movements of executives, and what the slots' history shows #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

movements as (

    select * from {{ ref("int_movements") }}
    where rejection_code is null

),

slot_events as (

    select * from {{ ref("int_slot_events") }}

),

{# each spell with the event that began it #}
spells as (

    select
        spells.*,
        {{ days_between("spells.valid_from", as_of()) }} as days_so_far,
        slot_events.event_id,
        row_number() over (partition by spells.slot_id, spells.status order by spells.valid_from) as spell_number,
        max(case when spells.status = 'filled' then spells.valid_to end) over (partition by spells.slot_id)
            as vacated_at
    from {{ ref("int_slot_spells") }} as spells
    left join slot_events
        on
            spells.slot_id = slot_events.slot_id
            and spells.valid_from = slot_events.occurred_at
            and slot_events.event_type = case spells.status when 'filled' then 'FILLED' else 'VACATED' end

),

fill_events as (

    select
        *,
        row_number() over (partition by slot_id order by occurred_at desc) as recency,
        lag(occurred_at) over (partition by slot_id order by occurred_at) as previous_fill_at,
        max(occurred_at) over (partition by slot_id) as latest_fill_at
    from slot_events
    where event_type = 'FILLED' and role = 'HR'

),

hr_churn as (

    select
        latest.company_id,
        latest.event_id,
        latest.occurred_at,
        count(*) as leaders
    from fill_events as latest
    inner join signal_types on signal_types.signal_type = 'decision_maker_churn'
    inner join fill_events as within_a_year
        on
            latest.slot_id = within_a_year.slot_id
            and {{ days_between("within_a_year.occurred_at", "latest.occurred_at") }} <= signal_types.threshold
    where
        latest.recency = 1
        and {{ days_between("latest.previous_fill_at", "latest.occurred_at") }} <= signal_types.threshold
    group by latest.company_id, latest.event_id, latest.occurred_at

),

found as (

    select
        movements.company_id,
        'executive_movement' as signal_type,
        movements.movement_type as variant,
        movements.detected_at,
        {{ days_between("movements.detected_at", today()) }} as n,
        movements.title as subject,
        'talent_flow_movements' as source_table,
        movements.raw_id as source_key
    from movements
    inner join signal_types on signal_types.signal_type = 'executive_movement'
    where
        movements.movement_type in ('hire', 'departure')
        and movements.is_executive
        and movements.confidence_score >= signal_types.threshold
    union all
    select
        spells.company_id,
        'new_leader' as signal_type,
        'default' as variant,
        spells.valid_from as detected_at,
        spells.days_so_far as n,
        spells.role as subject,
        'slot_events' as source_table,
        spells.event_id as source_key
    from spells
    inner join signal_types on signal_types.signal_type = 'new_leader'
    where
        spells.is_current and spells.status = 'filled'
        and spells.spell_number > 1
        and spells.days_so_far <= signal_types.threshold
    union all
    select
        spells.company_id,
        'slot_vacancy' as signal_type,
        'default' as variant,
        spells.vacated_at as detected_at,
        spells.days_so_far as n,
        spells.role as subject,
        'slot_events' as source_table,
        spells.event_id as source_key
    from spells
    inner join signal_types on signal_types.signal_type = 'slot_vacancy'
    where
        spells.is_current and spells.status = 'vacant'
        and {{ days_between("spells.vacated_at", today()) }} <= signal_types.threshold
    union all
    select
        spells.company_id,
        'authority_gap' as signal_type,
        'default' as variant,
        spells.vacated_at + signal_types.threshold * interval '1 day' as detected_at,
        spells.days_so_far as n,
        spells.role as subject,
        'slot_events' as source_table,
        spells.event_id as source_key
    from spells
    inner join signal_types on signal_types.signal_type = 'authority_gap'
    where
        spells.is_current and spells.status = 'vacant' and spells.role = 'HR'
        and {{ days_between("spells.vacated_at", today()) }} > signal_types.threshold
    union all
    select
        hr_churn.company_id,
        'decision_maker_churn' as signal_type,
        'default' as variant,
        hr_churn.occurred_at as detected_at,
        hr_churn.leaders as n,
        'HR' as subject,
        'slot_events' as source_table,
        hr_churn.event_id as source_key
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
