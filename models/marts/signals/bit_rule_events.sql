{# the ledger with today's company ids, one row per event of a company #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

{# ids that became aliases of another id #}
company_aliases as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias' and alias_id <> company_id

),

resolved as (

    select
        ledger.*,
        companies.company_id as current_company_id
    from {{ ref("bit_rule_event_ledger") }} as ledger
    left join company_aliases on ledger.company_id = company_aliases.alias_id
    inner join companies on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
    {# fills of an alias's slots, and fills that no snapshot recorded, are not in slot_events and are left out #}
    left join {{ ref("slot_events") }} as slot_events
        on ledger.source_table = 'slot_events' and ledger.source_key = slot_events.event_id
    where ledger.source_table <> 'slot_events' or slot_events.event_id is not null

),

{# an event exists twice only if both an alias and its survivor made it #}
ranked as (

    select
        event_id,
        row_number() over (
            partition by current_company_id, rule_name, source_table, source_key
            order by recorded_at, event_id
        ) as record_rank
    from resolved
    where current_company_id in (select company_aliases.company_id from company_aliases)

)

select
    resolved.event_id,
    resolved.current_company_id as company_id,
    resolved.rule_name,
    cast(resolved.weight as integer) as weight,
    resolved.confidence,
    resolved.detected_at,
    resolved.source_table,
    resolved.source_key,
    cast(resolved.payload as {{ json_type() }}) as payload
from resolved
left join ranked on resolved.event_id = ranked.event_id
where coalesce(ranked.record_rank, 1) = 1
