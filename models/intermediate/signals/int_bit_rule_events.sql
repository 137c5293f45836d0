{{ config(materialized="view") }}
{# the ledger read through the aliases: once per company, rule and source #}
with

ledger as (

    select * from {{ ref("bit_rule_event_ledger") }}

),

company_aliases as (

    select * from {{ ref("int_company_aliases") }}

),

companies as (

    select company_id from {{ ref("int_companies") }}

),

resolved as (

    select
        ledger.*,
        companies.company_id as current_company_id,
        row_number() over (
            partition by companies.company_id, ledger.rule_name, ledger.source_table, ledger.source_key
            order by ledger.recorded_at, ledger.event_id
        ) as record_rank
    from ledger
    left join company_aliases on ledger.company_id = company_aliases.alias_id
    inner join companies on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
    {# the slots of an alias have left, and their events with them #}
    where ledger.source_table <> 'slot_events' or ledger.company_id = companies.company_id

)

{# weight and confidence are those of the event's day, the decay is the rule's of today #}
select
    resolved.event_id,
    resolved.current_company_id as company_id,
    resolved.rule_name,
    resolved.weight,
    coalesce(rules.decay_days, resolved.decay_days) as decay_days,
    resolved.confidence,
    resolved.detected_at,
    resolved.source_table,
    resolved.source_key,
    resolved.payload,
    resolved.recorded_at
from resolved
left join {{ ref("bit_rules") }} as rules on resolved.rule_name = rules.rule_name
where resolved.record_rank = 1
