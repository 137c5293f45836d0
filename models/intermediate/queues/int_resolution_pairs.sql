{{ config(materialized="view") }}
{# two people who may be the same person or were joined: one row per unordered pair #}
with

observations as (

    select
        observation_key,
        person_id,
        email_owner_id,
        linkedin_owner_id
    from {{ ref("int_person_identity") }}
    where kind = 'observation'

),

different_people as (

    select distinct
        least(one.person_id, other.person_id) as person_id_a,
        greatest(one.person_id, other.person_id) as person_id_b
    from {{ ref("int_person_verdicts") }} as verdicts
    inner join observations as one on verdicts.observation_key_a = one.observation_key
    inner join observations as other on verdicts.observation_key_b = other.observation_key
    where verdicts.verdict = 'different_people' and one.person_id <> other.person_id

),

{# two people whom a verdict separated and who share no other key: the reason is the common name #}
once_merged as (

    select distinct
        least(alias_id, survivor_id) as person_id_a,
        greatest(alias_id, survivor_id) as person_id_b
    from {{ ref("id_merges") }}
    where entity_type = 'person'

),

claims as (

    select * from {{ ref("int_slot_claims") }}

),

{# claims that tie with the winner on everything except person_id #}
slot_collisions as (

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

),

{# a pair that several rules find is listed under the first rule #}
candidates as (

    select
        person_id_a,
        person_id_b,
        conflict_type,
        similarity,
        case conflict_type when 'fuzzy_name_company' then 1 else 2 end as precedence
    from {{ ref("look_alikes") }}
    union all
    select
        person_id_a,
        person_id_b,
        'slot_collision' as conflict_type,
        null as similarity,
        3 as precedence
    from slot_collisions
    union all
    select
        least(person_id, email_owner_id) as person_id_a,
        greatest(person_id, email_owner_id) as person_id_b,
        'same_email' as conflict_type,
        null as similarity,
        4 as precedence
    from observations
    where email_owner_id is not null
    union all
    select
        least(person_id, linkedin_owner_id) as person_id_a,
        greatest(person_id, linkedin_owner_id) as person_id_b,
        'same_linkedin' as conflict_type,
        null as similarity,
        5 as precedence
    from observations
    where linkedin_owner_id is not null
    union all
    select
        different_people.person_id_a,
        different_people.person_id_b,
        case when once_merged.person_id_a is null then 'reviewer_verdict' else 'same_name_company' end as conflict_type,
        null as similarity,
        6 as precedence
    from different_people
    left join once_merged
        on
            different_people.person_id_a = once_merged.person_id_a
            and different_people.person_id_b = once_merged.person_id_b

),

listed as (

    select
        *,
        row_number() over (partition by person_id_a, person_id_b order by precedence) as listing_rank
    from candidates

)

select
    listed.person_id_a,
    listed.person_id_b,
    listed.conflict_type,
    cast(listed.similarity as numeric(5, 4)) as similarity,
    cast(null as text) as survivor_id,
    cast(null as timestamp) as merged_at,
    case when different_people.person_id_a is null then 'pending' else 'confirmed_different' end as resolution_status
from listed
left join different_people
    on listed.person_id_a = different_people.person_id_a and listed.person_id_b = different_people.person_id_b
where listed.listing_rank = 1
union all
select
    least(survivor_id, alias_id) as person_id_a,
    greatest(survivor_id, alias_id) as person_id_b,
    conflict_type,
    cast(similarity as numeric(5, 4)) as similarity,
    survivor_id,
    merged_at,
    case when is_confirmed then 'confirmed_same' else 'auto_merged' end as resolution_status
from {{ ref("int_person_merges") }}
