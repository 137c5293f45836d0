with

rules_in_force as (

    select
        sources.source_value as role,
        rules.rule_name
    from {{ ref("bit_rule_sources") }} as sources
    inner join {{ ref("bit_rules") }} as rules on sources.rule_name = rules.rule_name
    where sources.source_table = 'slot_events' and rules.is_active

),

fills as (

    select
        slot_events.event_id,
        slot_events.company_id,
        rules_in_force.rule_name,
        rules_in_force.rule_name is not null
        and {{ "true" if var("bit_event_on_replacement") else "not slot_events.is_replacement" }} as makes_one
    from {{ ref("slot_events") }} as slot_events
    left join rules_in_force on slot_events.role = rules_in_force.role
    where slot_events.event_type = 'FILLED'

),

rule_events as (

    select
        source_key,
        company_id,
        count(*) as event_count,
        max(rule_name) as rule_name
    from {{ ref("bit_rule_events") }}
    where source_table = 'slot_events'
    group by source_key, company_id

)

select
    fills.event_id as slot_event_id,
    rule_events.source_key as rule_event_source_key,
    rule_events.event_count
from fills
full outer join rule_events on fills.event_id = rule_events.source_key and fills.company_id = rule_events.company_id
where
    fills.event_id is null
    or rule_events.event_count > 1
    or (fills.makes_one and rule_events.event_count is null)
    or fills.rule_name <> rule_events.rule_name
