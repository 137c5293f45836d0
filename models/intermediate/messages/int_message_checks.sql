{# The first reason against a message to each company, before its copy and the daily limit are checked. #}
with

targets as (

    select * from {{ ref("int_message_targets") }}

),

sent_messages as (

    select * from {{ ref("message_log") }}
    where direction = 'outbound'

),

outreach_spells as (

    select
        spells.company_id,
        spells.valid_from,
        lag(spells.valid_to) over (partition by spells.company_id order by spells.valid_from) as left_at
    from {{ ref("band_history") }} as spells
    inner join {{ ref("band_actions") }} as actions on spells.band >= actions.min_band
    where actions.action = 'persona_email'

),

{# an episode begins when a company enters the bands of outreach for the first time or after a long time below them #}
episodes as (

    select
        company_id,
        max(valid_from) as started_at
    from outreach_spells
    where left_at is null or left_at <= valid_from - interval '1 day' * {{ var("episode_gap_days") }}
    group by company_id

),

proofs as (

    select * from {{ ref("proof_lines") }}
    where is_current

),

actions as (

    select * from {{ ref("band_actions") }}

),

{# a message of an unknown time counts as sent in this episode and just now #}
touches as (

    select
        sent_messages.company_id,
        max(coalesce(sent_messages.sent_at, {{ as_of() }})) as last_sent_at,
        max(case when sent_messages.message_kind = 'educational' then sent_messages.sent_at end) as last_educational_at,
        count(case when sent_messages.message_kind = 'educational' then 1 end) as educational_messages,
        count(case
            when
                coalesce(sent_messages.message_kind, 'persona') <> 'educational'
                and coalesce(sent_messages.sent_at >= episodes.started_at, true)
                then 1
        end) as touches
    from sent_messages
    left join episodes on sent_messages.company_id = episodes.company_id
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
        episodes.started_at as episode_started_at,
        coalesce(touches.educational_messages, 0) as educational_messages,
        coalesce(touches.touches, 0) + 1 as touch_number,
        coalesce(touches.touches >= touch_limits.max_touches, false) as is_at_touch_limit,
        case
            when targets.band < targets.required_band then 'NO_OUTREACH_BAND'
            when targets.suppression is not null then concat('SUPPRESSED_', upper(targets.suppression))
            when targets.pause_reason is not null then targets.pause_reason
            when targets.person_id is null then 'NO_VALID_SLOT'
            when targets.email is null or targets.email_status <> 'green' then 'EMAIL_NOT_VERIFIED'
            when targets.requested_action = 'persona_email' and proofs.proof_id is null then 'PROOF_NOT_FOUND'
            when targets.requested_action = 'persona_email' and proofs.verdict <> 'VALID' then proofs.verdict
            when targets.requested_action = 'persona_email' and touches.touches >= touch_limits.max_touches
                then 'TOUCH_LIMIT'
            when
                touches.last_sent_at >= {{ as_of() }} - actions.days_after_any * interval '1 day'
                or touches.last_educational_at >= {{ as_of() }} - actions.days_after_same * interval '1 day'
                then 'COOLING_OFF'
        end as denial_reason
    from targets
    inner join {{ ref("companies") }} as companies on targets.company_id = companies.company_id
    inner join actions on targets.requested_action = actions.action
    left join proofs on targets.company_id = proofs.company_id
    left join episodes on targets.company_id = episodes.company_id
    left join touches on targets.company_id = touches.company_id
    left join touch_limits on targets.band = touch_limits.band

)

select
    checked.*,
    cast(proofs.evidence_today as text) as evidence,
    {{ today() }} as today,
    case
        when checked.denial_reason is null then concat(
            'msg_',
            substr({{ sha256_hex(
                "concat(checked.company_id, '|', checked.person_id, '|', case checked.kind when 'educational' then "
                ~ "concat('educational-', cast(checked.educational_messages + 1 as text)) else concat("
                ~ "cast(checked.episode_started_at as text), '|', cast(checked.touch_number as text)) end)"
            ) }}, 1, 16)
        )
    end as message_id,
    md5(concat(
        {%- for column in ["company_name", "role", "first_name", "last_name", "pressure_class", "message_band"] %}
        checked.{{ column }}, {{ list_separator() }},
        {%- endfor %}
        '{{ as_of_text()[:4] }}', cast(proofs.evidence_today as text)
    )) as facts_hash
from checked
left join proofs
    on
        checked.company_id = proofs.company_id
        and checked.proof_id = proofs.proof_id
        and checked.denial_reason is null
