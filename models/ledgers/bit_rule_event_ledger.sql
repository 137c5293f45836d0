{# every rule event ever made, with its weight and confidence at that time; append-only #}
with

candidates as (

    select * from {{ ref("int_bit_rule_candidates") }}

),

company_aliases as ( -- noqa: ST03

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'

),

{% if is_incremental() -%}
{# if a company made an event before it became an alias, the survivor does not make it again #}
recorded as (

    select
        coalesce(company_aliases.company_id, ledger.company_id) as company_id,
        ledger.rule_name,
        ledger.source_table,
        ledger.source_key
    from {{ this }} as ledger
    left join company_aliases on ledger.company_id = company_aliases.alias_id

),
{%- endif %}

unrecorded as (

    select * from candidates
    {%- if is_incremental() %}
    where not exists (
        select 1
        from recorded
        where
            candidates.company_id = recorded.company_id
            and candidates.rule_name = recorded.rule_name
            and candidates.source_table = recorded.source_table
            and candidates.source_key = recorded.source_key
    )
    {%- endif %}

)

select
    {{ rule_event_id("company_id", "rule_name", "source_table", "source_key") }} as event_id,
    company_id,
    rule_name,
    weight,
    decay_days,
    confidence,
    detected_at,
    source_table,
    source_key,
    {{ json_object_of([("source", "source_table"), ("key", "source_key"), ("detail", "detail")]) }} as payload,
    {{ as_of() }} as recorded_at
from unrecorded
