with

slots as (

    select * from {{ ref("slots") }}

),

fills as (

    select * from {{ ref("slot_events") }}
    where event_type = 'FILLED'

),

rule_events as (

    select * from {{ ref("bit_rule_events") }}
    where source_table = 'slot_events'

)

select
    slots.slot_id,
    slots.bit_event_id,
    rule_events.event_id
from slots
left join fills on slots.slot_id = fills.slot_id and slots.filled_at = fills.occurred_at
left join rule_events on fills.event_id = rule_events.source_key and slots.company_id = rule_events.company_id
where coalesce(slots.bit_event_id, '') <> coalesce(rule_events.event_id, '')
