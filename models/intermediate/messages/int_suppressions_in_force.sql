{{ config(materialized="view") }}
{# what stops a company, or messages to an email: the strongest reason in force #}
with

suppressions as (

    select
        suppressions.*,
        reasons.strength
    from {{ ref("suppressions") }} as suppressions
    inner join {{ ref("suppression_reasons") }} as reasons on suppressions.reason = reasons.reason
    where suppressions.is_in_force

),

{# a row with a company stops the company; one with only an email stops messages to it #}
stopped as (

    select
        targets.company_id,
        suppressions.reason,
        suppressions.strength
    from {{ ref("int_message_targets") }} as targets
    inner join suppressions on targets.company_id = suppressions.company_id
    union all
    select
        targets.company_id,
        suppressions.reason,
        suppressions.strength
    from {{ ref("int_message_targets") }} as targets
    inner join suppressions on targets.email = suppressions.email and suppressions.company_id is null

),

ranked as (

    select
        company_id,
        reason,
        row_number() over (partition by company_id order by strength) as strength_rank
    from stopped

)

select
    company_id,
    reason
from ranked
where strength_rank = 1
