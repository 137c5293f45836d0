with

slot_status as (

    select * from {{ ref("int_slot_status") }}

),

current_spells as (

    select * from {{ ref("int_slot_spells") }}
    where is_current

),

ended_fills as (

    select
        slot_id,
        max(valid_to) as vacated_at
    from {{ ref("int_slot_spells") }}
    where status = 'filled'
    group by slot_id

),

present_fills as (

    select
        slot_id,
        event_id,
        occurred_at
    from {{ ref("int_slot_events") }}
    where event_type = 'FILLED'

),

rule_events as (

    select
        source_key,
        event_id
    from {{ ref("int_bit_rule_events") }}
    where source_table = 'slot_events'

)

select
    slot_status.slot_id,
    slot_status.company_id,
    slot_status.role,
    slot_status.status,
    slot_status.person_id,
    case when slot_status.status = 'filled' then current_spells.valid_from end as filled_at,
    ended_fills.vacated_at,
    coalesce(slot_status.status = 'filled' and rule_events.event_id is not null, false) as marketing_triggered,
    case when slot_status.status = 'filled' then rule_events.event_id end as bit_event_id,
    slot_status.claim_source,
    current_spells.valid_from as last_changed_at
from slot_status
inner join current_spells on slot_status.slot_id = current_spells.slot_id
left join ended_fills on slot_status.slot_id = ended_fills.slot_id
left join present_fills
    on slot_status.slot_id = present_fills.slot_id and current_spells.valid_from = present_fills.occurred_at
left join rule_events on present_fills.event_id = rule_events.source_key
