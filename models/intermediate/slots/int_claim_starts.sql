{{ config(materialized="view") }}
{# the claims that hold slots, each with the time at which its person began, by the best evidence #}
with

winners as (

    select * from {{ ref("int_slot_claims") }}
    where claim_rank = 1

),

hires as (

    select * from {{ ref("int_movements") }}
    where
        movement_type = 'hire' and rejection_code is null
        and confidence_score >= {{ var("hire_confidence_from") }}

)

select
    winners.company_id,
    winners.role,
    winners.person_id,
    winners.first_known_at,
    {# a hire, of the person or of an unknown person, not long before the claim by title #}
    coalesce(max(hires.detected_at), winners.first_observed_at) as began_at
from winners
left join hires
    on
        winners.claim_source = 'title'
        and winners.company_id = hires.company_id
        and winners.role = hires.role
        and winners.person_id = coalesce(hires.person_id, winners.person_id)
        and {{ days_between("hires.detected_at", "winners.first_observed_at") }}
        between 0 and {{ var("hire_days_before_claim") }}
group by
    winners.company_id,
    winners.role,
    winners.person_id,
    winners.first_known_at,
    winners.first_observed_at
