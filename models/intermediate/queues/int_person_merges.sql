{{ config(materialized="view") }}
{# people who had separate ids and are one person today, with the reason for the merge #}
with

merged as (

    select
        id_merges.alias_id,
        id_merges.survivor_id,
        id_merges.recorded_at as merged_at
    from {{ ref("id_merges") }} as id_merges
    inner join {{ ref("int_person_identity") }} as aliases
        on id_merges.alias_id = aliases.alias_id and id_merges.survivor_id = aliases.person_id
    where id_merges.entity_type = 'person'

),

observations as (

    select
        observations.observation_key,
        observations.phone,
        case when identity.email_owner_id is null then observations.identifying_email end as identifying_email,
        case when identity.linkedin_owner_id is null then observations.linkedin_url end as linkedin_url,
        identity.handed_in_id,
        registry.barton_id as registered_id,
        identity.person_id
    from {{ ref("int_person_observations") }} as observations
    inner join {{ ref("person_id_registry") }} as registry
        on observations.observation_key = registry.observation_key
    inner join {{ ref("int_person_identity") }} as identity
        on observations.observation_key = identity.observation_key

),

same_person_verdicts as (

    select
        verdicts.observation_key_a,
        verdicts.observation_key_b,
        likeness.similarity
    from {{ ref("int_person_verdicts") }} as verdicts
    inner join {{ ref("int_person_identity") }} as likeness
        on
            likeness.kind = 'verdict'
            and likeness.reference_key = concat(verdicts.observation_key_a, '|', verdicts.observation_key_b)
    where verdicts.verdict = 'same_person'

),

{# compares the rows that were registered under the alias with the person's other rows #}
links as (

    select
        merged.alias_id,
        merged.survivor_id,
        merged.merged_at,
        max(case when alias_rows.identifying_email = other_rows.identifying_email then 1 else 0 end) as same_email,
        max(case when alias_rows.linkedin_url = other_rows.linkedin_url then 1 else 0 end) as same_linkedin,
        max(case when alias_rows.handed_in_id = other_rows.handed_in_id then 1 else 0 end) as same_barton_id,
        max(case when alias_rows.phone = other_rows.phone then 1 else 0 end) as same_phone,
        max(verdicts.similarity) as similarity,
        max(case when verdicts.observation_key_a is not null then 1 else 0 end) as same_by_verdict
    from merged
    inner join observations as alias_rows on merged.alias_id = alias_rows.registered_id
    left join observations as other_rows
        on merged.survivor_id = other_rows.person_id and merged.alias_id <> other_rows.registered_id
    left join same_person_verdicts as verdicts
        on
            (
                alias_rows.observation_key = verdicts.observation_key_a
                and other_rows.observation_key = verdicts.observation_key_b
            )
            or (
                alias_rows.observation_key = verdicts.observation_key_b
                and other_rows.observation_key = verdicts.observation_key_a
            )
    group by merged.alias_id, merged.survivor_id, merged.merged_at

)

select
    alias_id,
    survivor_id,
    merged_at,
    similarity,
    {# a merge by verdict keeps the reason why the pair was listed #}
    case
        when similarity is not null then 'fuzzy_name_company'
        when same_by_verdict = 1 and same_phone = 1 then 'same_phone'
        when same_email = 1 then 'same_email'
        when same_linkedin = 1 then 'same_linkedin'
        when same_barton_id = 1 then 'same_barton_id'
        when same_by_verdict = 1 then 'reviewer_verdict'
        else 'same_name_company'
    end as conflict_type,
    same_by_verdict = 1 as is_confirmed
from links
