with

authorised as (

    select * from {{ ref("message_authorizations") }}
    where is_authorized

)

select
    coalesce(authorised.company_id, queued.company_id) as company_id,
    queued.message_id,
    authorised.person_id,
    queued.person_id as queued_person_id,
    authorised.proof_id,
    queued.proof_id as queued_proof_id
from authorised
full outer join {{ ref("send_queue") }} as queued on authorised.company_id = queued.company_id
where
    authorised.company_id is null
    or queued.company_id is null
    or authorised.person_id is distinct from queued.person_id
    or authorised.role is distinct from queued.role
    or authorised.proof_id is distinct from queued.proof_id
    {# no message has a higher band than the company #}
    or queued.band > authorised.band
