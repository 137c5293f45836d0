{{ config(materialized="view") }}
{# the messages that nothing but their copy and the daily limit can still stop, with what their copy is made of #}
with

checks as (

    select * from {{ ref("int_message_checks") }}
    where denial_reason is null

),

candidates as (

    select
        checks.message_id,
        checks.company_id,
        companies.company_name,
        checks.role,
        checks.first_name,
        case when checks.requested_action = 'persona_email' then checks.proof_band else checks.band end as band,
        coalesce(checks.proof_class, checks.primary_pressure, 'ORGANIZATIONAL_RECONFIGURATION') as pressure_class,
        case when checks.requested_action = 'persona_email' then 'persona' else 'educational' end as kind,
        proofs.proof
    from checks
    inner join {{ ref("companies") }} as companies on checks.company_id = companies.company_id
    left join {{ ref("int_proofs") }} as proofs on checks.proof_id = proofs.proof_id

)

select
    *,
    md5(concat(
        company_name, {{ list_separator() }}, role, {{ list_separator() }}, first_name, {{ list_separator() }}, band,
        {{ list_separator() }}, pressure_class, {{ list_separator() }}, kind, {{ list_separator() }}, proof
    )) as facts_hash
from candidates
