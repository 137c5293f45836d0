{# The first reason against a message to each company, before its copy and the daily limit are checked. #}
with

targets as (

    select * from {{ ref("int_message_targets") }}

),

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}

),

sent_messages as (

    select * from {{ ref("message_log") }}
    where direction = 'outbound'

),

present_bands as (

    select * from {{ ref("band_history") }}
    where is_current

),

proofs as (

    select * from {{ ref("proof_lines") }}
    where is_current

),

companies as (

    select * from {{ ref("companies") }}

),

actions as (

    select * from {{ ref("band_actions") }}

),

touches as (

    select
        sent_messages.company_id,
        max(sent_messages.sent_at) as last_sent_at,
        max(case when sent_messages.message_kind = 'persona' then sent_messages.sent_at end) as last_persona_at,
        max(case when sent_messages.message_kind = 'educational' then sent_messages.sent_at end) as last_educational_at,
        count(case when sent_messages.message_kind = 'educational' then 1 end) as educational_messages,
        count(case
            when sent_messages.message_kind = 'persona' and sent_messages.sent_at >= present_bands.valid_from then 1
        end) as persona_touches
    from sent_messages
    left join present_bands on sent_messages.company_id = present_bands.company_id
    group by sent_messages.company_id

),

{# the greatest limit among the actions that the band allows #}
touch_limits as (

    select
        bands.band,
        max(actions.max_touches) as max_touches
    from {{ ref("bands") }} as bands
    inner join actions on bands.band >= actions.min_band
    group by bands.band

),

checked as (

    select
        targets.*,
        companies.company_name,
        case when targets.requested_action = 'persona_email' then 'persona' else 'educational' end as kind,
        case when targets.requested_action = 'persona_email' then proofs.proof_id end as proof_id,
        case when targets.requested_action = 'persona_email' then proofs.band else targets.band end as message_band,
        coalesce(proofs.pressure_class, targets.primary_pressure) as pressure_class,
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
            when
                touches.last_sent_at >= {{ as_of() }} - actions.days_after_any * interval '1 day'
                or case targets.requested_action
                    when 'persona_email' then touches.last_persona_at
                    else touches.last_educational_at
                end >= {{ as_of() }} - actions.days_after_same * interval '1 day'
                then 'COOLING_OFF'
        end as denial_reason
    from targets
    inner join companies on targets.company_id = companies.company_id
    inner join actions on targets.requested_action = actions.action
    left join suppressions on targets.company_id = suppressions.company_id
    left join proofs on targets.company_id = proofs.company_id
    left join touches on targets.company_id = touches.company_id
    left join touch_limits on targets.band = touch_limits.band

)

select
    checked.*,
    cast(proofs.proof as text) as proof,
    {# same company, person and proof, same message; an educational message has a number instead of a proof #}
    case
        when checked.denial_reason is null then concat(
            'msg_',
            substr({{ sha256_hex(
                "concat(checked.company_id, '|', checked.person_id, '|', "
                ~ "coalesce(checked.proof_id, concat('educational-', cast(checked.educational_messages + 1 as text))))"
            ) }}, 1, 16)
        )
    end as message_id,
    md5(concat(
        checked.company_name, {{ list_separator() }}, checked.role, {{ list_separator() }}, checked.first_name,
        {{ list_separator() }}, checked.message_band, {{ list_separator() }}, checked.pressure_class,
        {{ list_separator() }}, checked.kind, {{ list_separator() }}, cast(proofs.proof as text)
    )) as facts_hash
from checked
left join proofs
    on
        checked.company_id = proofs.company_id
        and checked.proof_id = proofs.proof_id
        and checked.denial_reason is null
