{{ config(materialized="view") }}
{# the ledger read through the aliases: once per company, rule and source #}
with

ledger as not materialized (

    select * from {{ ref("bit_rule_event_ledger") }}

),

{# only of ids that became one: every other id is its own #}
company_aliases as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias' and alias_id <> company_id

),

survivors as (

    select distinct company_id from company_aliases

),

companies as (

    select company_id from {{ ref("companies") }}

),

resolved as not materialized (

    select
        ledger.*,
        companies.company_id as current_company_id
    from ledger
    left join company_aliases on ledger.company_id = company_aliases.alias_id
    inner join companies on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
    {# the slots of an alias have left, and their events with them #}
    where ledger.source_table <> 'slot_events' or ledger.company_id = companies.company_id

),

{# the ledger has each event of a company once: twice can be only what an alias and its survivor both had #}
survivors_events as (

    select
        resolved.*,
        row_number() over (
            partition by resolved.current_company_id, resolved.rule_name, resolved.source_table, resolved.source_key
            order by resolved.recorded_at, resolved.event_id
        ) as record_rank
    from resolved
    inner join survivors on resolved.current_company_id = survivors.company_id

),

events as not materialized (

    select * from survivors_events
    union all
    select
        resolved.*,
        cast(1 as bigint) as record_rank
    from resolved
    where not exists (
        select 1 from survivors
        where resolved.current_company_id = survivors.company_id
    )

)

{# weight and confidence are those of the event's day, the decay is the rule's of today #}
select
    events.event_id,
    events.current_company_id as company_id,
    events.rule_name,
    events.weight,
    coalesce(rules.decay_days, events.decay_days) as decay_days,
    events.confidence,
    events.detected_at,
    events.source_table,
    events.source_key,
    events.payload,
    events.recorded_at
from events
left join {{ ref("bit_rules") }} as rules on events.rule_name = rules.rule_name
where events.record_rank = 1
