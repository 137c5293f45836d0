{{ config(materialized="view") }}
with

targets as (

    select * from {{ ref("int_message_targets") }}

),

reasons as (

    select * from {{ ref("suppression_reasons") }}

),

suppressions as (

    select
        suppressions.*,
        reasons.strength
    from {{ ref("suppressions") }} as suppressions
    inner join reasons on suppressions.reason = reasons.reason
    where suppressions.is_in_force

),

{# a row with a company stops the company; a row with only an email stops messages to that email #}
stopped as (

    select
        targets.company_id,
        suppressions.reason,
        suppressions.strength
    from targets
    inner join suppressions on targets.company_id = suppressions.company_id
    union all
    select
        targets.company_id,
        suppressions.reason,
        suppressions.strength
    from targets
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
