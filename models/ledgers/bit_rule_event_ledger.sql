{# every rule event ever made, with the weight and confidence of its day: append-only #}
with

candidates as (

    select * from {{ ref("int_bit_rule_candidates") }}

),

company_aliases as ( -- noqa: ST03

    select * from {{ ref("int_company_aliases") }}

){% if is_incremental() %},

{# an event that a company made before it became an alias is not made again by the survivor #}
recorded as (

    select distinct
        coalesce(company_aliases.company_id, ledger.company_id) as company_id,
        ledger.rule_name,
        ledger.source_table,
        ledger.source_key
    from {{ this }} as ledger
    left join company_aliases on ledger.company_id = company_aliases.alias_id

){% endif %}

select
    candidates.event_id,
    candidates.company_id,
    candidates.rule_name,
    candidates.weight,
    candidates.decay_days,
    candidates.confidence,
    candidates.detected_at,
    candidates.source_table,
    candidates.source_key,
    candidates.payload,
    {{ as_of() }} as recorded_at
from candidates
{% if is_incremental() -%}
left join recorded
    on
        candidates.company_id = recorded.company_id
        and candidates.rule_name = recorded.rule_name
        and candidates.source_table = recorded.source_table
        and candidates.source_key = recorded.source_key
where recorded.company_id is null
{%- endif %}
