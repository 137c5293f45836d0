with

snapshots as (

    {{ versions_up_to_today(
        ref("bit_rule_snapshot"),
        ref("bit_rules"),
        ["rule_name", "weight", "decay_days", "category", "confidence_threshold", "is_active"],
    ) }}

),

{# a version that is still open in the snapshot ends where the next one begins, or today if the rule was deleted #}
ended_versions as (

    select
        rule_name,
        weight,
        decay_days,
        category,
        confidence_threshold,
        is_active,
        valid_from,
        coalesce(
            valid_to,
            lead(valid_from) over (partition by rule_name order by valid_from),
            case
                when rule_name not in (select rules.rule_name from {{ ref("bit_rules") }} as rules) then {{ as_of() }}
            end
        ) as valid_to
    from snapshots

),

rule_versions as (

    select
        *,
        lag(valid_to) over rule_history as previous_valid_to,
        lead(valid_from) over rule_history as next_valid_from,
        min(valid_from) over () as first_valid_from,
        concat(
            'weight ', cast(weight as text), ', decay ', cast(decay_days as text), ' days, confidence from ',
            cast(confidence_threshold as text), ', ', category, ', ',
            case when is_active then 'active' else 'switched off' end
        ) as description
    from ended_versions
    window rule_history as (partition by rule_name order by valid_from)

),

registrations as (

    select
        'company' as entity_type,
        barton_id,
        origin,
        recorded_at
    from {{ ref("company_id_registry") }}
    union all
    select
        'person' as entity_type,
        barton_id,
        origin,
        recorded_at
    from {{ ref("person_id_registry") }}

),

entries as (

    select
        case when valid_from = previous_valid_to then 'rule_changed' else 'rule_added' end as event_type,
        'bit_rule' as entity_type,
        rule_name as entity_id,
        description,
        valid_from as created_at
    from rule_versions
    where valid_from > first_valid_from
    union all
    select
        'rule_removed' as event_type,
        'bit_rule' as entity_type,
        rule_name as entity_id,
        description,
        valid_to as created_at
    from rule_versions
    where valid_to is not null and (next_valid_from is null or next_valid_from > valid_to)
    union all
    select
        'proof_superseded' as event_type,
        'proof' as entity_type,
        proof_id as entity_id,
        concat('proof of ', company_id, ' ended') as description,
        superseded_at as created_at
    from {{ ref("proof_lines") }}
    where superseded_at is not null
    union all
    select
        'id_minted' as event_type,
        entity_type,
        barton_id as entity_id,
        case when count(case origin when 'handed_in' then 1 end) > 0 then 'id handed in by intake' else 'id minted' end
            as description,
        min(recorded_at) as created_at
    from registrations
    group by entity_type, barton_id
    union all
    select
        'id_aliased' as event_type,
        entity_type,
        alias_id as entity_id,
        concat('alias of ', survivor_id) as description,
        recorded_at as created_at
    from {{ ref("id_merges") }}
    union all
    select
        'verdict_given' as event_type,
        entity_type,
        verdict_id as entity_id,
        concat(
            first_id, ' and ', second_id, ' are ', verdict,
            case when decided_by is not null then concat(', says ', decided_by) else '' end
        ) as description,
        decided_at as created_at
    from {{ ref("stg_resolution_verdicts") }}
    where rejection_code is null
    union all
    select
        'suppression_ordered' as event_type,
        'suppression' as entity_type,
        suppression_id as entity_id,
        concat(reason, ' of ', coalesce(email, company_id, 'nobody')) as description,
        created_at
    from {{ ref("suppressions") }}
    where created_at is not null

)

select
    concat(
        'aud_',
        substr({{ sha256_hex("concat(event_type, '|', entity_id, '|', cast(created_at as text))") }}, 1, 16)
    ) as audit_id,
    event_type,
    entity_type,
    entity_id,
    description,
    created_at
from entries
