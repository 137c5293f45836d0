{{ config(materialized="view") }}
{# the messages that nothing but their copy and the daily limit can still stop #}
with

checks as (

    select * from {{ ref("int_message_checks") }}
    where denial_reason is null

)

select
    {# the same company, person and proof give the same message; an educational one has its number instead #}
    concat(
        'msg_',
        substr({{ sha256_hex(
            "concat(checks.company_id, '|', checks.person_id, '|', "
            ~ "coalesce(checks.proof_id, concat('educational-', cast(checks.educational_messages + 1 as text))))"
        ) }}, 1, 16)
    ) as message_id,
    checks.company_id,
    companies.company_name,
    checks.role,
    checks.person_id,
    checks.first_name,
    checks.last_name,
    case when checks.requested_action = 'persona_email' then checks.proof_band else checks.band end as band,
    coalesce(checks.proof_class, checks.primary_pressure, 'ORGANIZATIONAL_RECONFIGURATION') as pressure_class,
    case when checks.requested_action = 'persona_email' then 'persona' else 'educational' end as kind,
    checks.proof
from checks
inner join {{ ref("int_companies") }} as companies on checks.company_id = companies.company_id
