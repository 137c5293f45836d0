{%- set ledger = ledger_of_earlier_builds("bit_rule_event_ledger") -%}

with

slot_status as (

    select * from {{ ref("int_slot_status") }}

),

slot_history as (

    select * from {{ ref("slot_history") }}

),

{# each build that recorded the slots, with the build before it #}
builds as (

    select
        as_of,
        lag(as_of) over (order by as_of) as previous_as_of
    from (
        select cycles.as_of
        from {{ ple_table("ple_cycle_log") }} as cycles
        inner join {{ ple_table("ple_step_log") }} as steps on cycles.cycle_id = steps.cycle_id
        where steps.step_name = 'slot_status_snapshot' and steps.status = 'success'
        union
        select {{ as_of() }} as as_of
    ) as recorded

),

{# the end of the last fill, and the last build that saw another person in the slot than today #}
ended_fills as (

    select
        slot_history.slot_id,
        max(slot_history.valid_to) as vacated_at,
        max(case
            when slot_history.person_id <> slot_status.person_id
                then coalesce(builds.previous_as_of, slot_history.valid_from)
        end) as other_seen_at
    from slot_history
    inner join slot_status on slot_history.slot_id = slot_status.slot_id
    left join builds on slot_history.valid_to = builds.as_of
    where slot_history.status = 'filled' and slot_history.valid_to is not null
    group by slot_history.slot_id

),

present_states as (

    select
        slot_status.*,
        slot_history.valid_from as last_changed_at,
        ended_fills.vacated_at,
        {# if a claim waited while somebody else held the slot, its time is not the person's start #}
        case
            when claims.first_known_at <= ended_fills.other_seen_at then slot_history.valid_from
            else claims.began_at
        end as held_since,
        {{ slot_event_id("slot_status.slot_id", "'FILLED'", "slot_history.valid_from") }} as fill_event_id,
        coalesce(ended_fills.vacated_at = slot_history.valid_from, false) as is_replacement
    from slot_status
    inner join slot_history on slot_status.slot_id = slot_history.slot_id and slot_history.is_current
    left join ended_fills on slot_status.slot_id = ended_fills.slot_id
    left join {{ ref("int_slot_claims") }} as claims
        on slot_status.company_id = claims.company_id and slot_status.role = claims.role and claims.claim_rank = 1

),

{# rules by which a fill (confidence 1) makes a BIT event in this build #}
active_rules as (

    select
        sources.source_value as role,
        rules.rule_name
    from {{ ref("bit_rule_sources") }} as sources
    inner join {{ ref("bit_rules") }} as rules on sources.rule_name = rules.rule_name
    where sources.source_table = 'slot_events' and rules.is_active and rules.confidence_threshold <= 1

),

{# BIT events of earlier builds stay when their rule is switched off #}
recorded_events as (

    {% if ledger -%}
    select
        company_id,
        source_key as fill_event_id,
        min(event_id) as bit_event_id
    from {{ ledger }}
    where source_table = 'slot_events'
    group by company_id, source_key
    {%- else -%}
    select
        cast(null as text) as company_id,
        cast(null as text) as fill_event_id,
        cast(null as text) as bit_event_id
    where false
    {%- endif %}

),

with_bit_events as (

    select
        present_states.*,
        coalesce(
            recorded_events.bit_event_id,
            case
                when active_rules.rule_name is not null
                    {{ "" if var("bit_event_on_replacement") else "and not present_states.is_replacement" }}
                    then {{ rule_event_id(
                        "present_states.company_id",
                        "active_rules.rule_name",
                        "'slot_events'",
                        "present_states.fill_event_id",
                    ) }}
            end
        ) as fill_bit_event_id
    from present_states
    left join active_rules on present_states.role = active_rules.role
    left join recorded_events
        on
            present_states.company_id = recorded_events.company_id
            and present_states.fill_event_id = recorded_events.fill_event_id

)

{# sorted, so that DuckDB reads only a small part of the table to find one company #}
select
    slot_id,
    company_id,
    role,
    status,
    person_id,
    case when status = 'filled' then last_changed_at end as filled_at,
    held_since,
    vacated_at,
    status = 'filled' and fill_bit_event_id is not null as marketing_triggered,
    case when status = 'filled' then fill_bit_event_id end as bit_event_id,
    claim_source,
    last_changed_at
from with_bit_events
order by company_id
