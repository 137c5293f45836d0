{# who holds each slot today, before history #}
with

companies as (

    select
        company_id,
        company_number
    from {{ ref("int_company_identity") }}
    where kind = 'alias' and alias_id = company_id

),

roles as (

    select * from {{ ref("roles") }}

),

winners as (

    select * from {{ ref("int_slot_claims") }}
    where claim_rank = 1

),

slots as (

    select
        companies.company_id,
        roles.role,
        3 * companies.company_number + roles.slot_offset as slot_number
    from companies
    cross join roles

)

select
    {{ barton_id("slots.slot_number", "slot") }} as slot_id,
    slots.company_id,
    slots.role,
    case when winners.person_id is null then 'vacant' else 'filled' end as status,
    winners.person_id,
    winners.claim_source
from slots
left join winners on slots.company_id = winners.company_id and slots.role = winners.role
