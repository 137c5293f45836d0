{{ config(materialized="view") }}
{# claims on a slot that only the person id told from the winner's #}
with

claims as (

    select * from {{ ref("int_slot_claims") }}

)

select distinct
    least(winners.person_id, others.person_id) as person_id_a,
    greatest(winners.person_id, others.person_id) as person_id_b
from claims as winners
inner join claims as others
    on
        winners.company_id = others.company_id
        and winners.role = others.role
        and winners.person_id <> others.person_id
        and winners.rank = others.rank
        and winners.last_observed_at = others.last_observed_at
        and winners.first_observed_at = others.first_observed_at
        and winners.email_status = others.email_status
where winners.claim_rank = 1
