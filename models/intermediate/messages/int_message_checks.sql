{# the first reason against a message to each company, before its copy and the daily limit are looked at #}
with

targets as (

    select * from {{ ref("int_message_targets") }}

),

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}

),

touches as (

    select * from {{ ref("int_message_touches") }}

),

proofs as (

    select * from {{ ref("int_proof_verdicts") }}
    where is_current

),

{# touches that the company's band allows, by the strongest action that it allows and that has a limit #}
touch_limits as (

    select
        bands.band,
        max(actions.max_touches) as max_touches
    from {{ ref("bands") }} as bands
    inner join {{ ref("band_actions") }} as actions on bands.band >= actions.min_band
    group by bands.band

),

checked as (

    select
        targets.*,
        case when targets.requested_action = 'persona_email' then proofs.proof_id end as proof_id,
        proofs.pressure_class as proof_class,
        proofs.band as proof_band,
        proofs.valid_until,
        coalesce(touches.educational_messages, 0) as educational_messages,
        case
            when targets.band < targets.required_band then 'NO_OUTREACH_BAND'
            when suppressions.reason is not null then concat('SUPPRESSED_', upper(suppressions.reason))
            when targets.person_id is null then 'NO_VALID_SLOT'
            when targets.email is null or targets.email_status <> 'green' then 'EMAIL_NOT_VERIFIED'
            when targets.requested_action = 'persona_email' and proofs.proof_id is null then 'PROOF_NOT_FOUND'
            when targets.requested_action = 'persona_email' and proofs.verdict <> 'VALID' then proofs.verdict
            when
                targets.requested_action = 'persona_email'
                and touches.persona_touches >= touch_limits.max_touches
                then 'TOUCH_LIMIT'
            when touches.last_sent_at >= {{ as_of() }} - interval '30 days' then 'COOLING_OFF'
            when
                targets.requested_action = 'educational_content'
                and touches.last_educational_at >= {{ as_of() }} - interval '60 days'
                then 'COOLING_OFF'
        end as denial_reason
    from targets
    left join suppressions on targets.company_id = suppressions.company_id
    left join proofs on targets.company_id = proofs.company_id
    left join touches on targets.company_id = touches.company_id
    left join touch_limits on targets.band = touch_limits.band

)

select
    *,
    {# the same company, person and proof give the same message; an educational one has its number instead #}
    case
        when denial_reason is null then concat(
            'msg_',
            substr({{ sha256_hex(
                "concat(company_id, '|', person_id, '|', "
                ~ "coalesce(proof_id, concat('educational-', cast(educational_messages + 1 as text))))"
            ) }}, 1, 16)
        )
    end as message_id
from checked
