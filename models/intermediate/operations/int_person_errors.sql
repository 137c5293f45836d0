{# errors in people that staging and the identity models found, and verdicts on people that contradict other facts #}
with

people_intake as (

    select * from {{ ref("stg_people_intake") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where raw_table = 'people_raw_intake' and rejection_code is not null

),

shared_keys as (

    select
        observations.intake_id,
        observations.identifying_email,
        observations.linkedin_url,
        identity.email_owner_id,
        identity.linkedin_owner_id
    from {{ ref("int_person_identity") }} as identity
    inner join {{ ref("int_person_observations") }} as observations
        on identity.observation_key = observations.observation_key
    where identity.email_owner_id is not null or identity.linkedin_owner_id is not null

),

contradicted_verdicts as (

    select
        verdicts.verdict_id,
        verdicts.verdict,
        one.person_id as person_id_a,
        other.person_id as person_id_b
    from {{ ref("int_person_verdicts") }} as verdicts
    inner join {{ ref("int_person_identity") }} as one on verdicts.observation_key_a = one.observation_key
    inner join {{ ref("int_person_identity") }} as other on verdicts.observation_key_b = other.observation_key
    where (verdicts.verdict = 'same_person') <> (one.person_id = other.person_id)

)

select
    'people_raw_intake' as raw_table,
    people_intake.raw_id,
    company_references.rejection_code as error_code,
    company_references.reference_key as detail
from people_intake
inner join company_references on people_intake.raw_id = company_references.raw_id
where coalesce(people_intake.rejection_code, '') in ('', 'PERSON_NAME_INVALID')
union all
select
    'people_raw_intake' as raw_table,
    raw_id,
    'PERSON_UNREACHABLE' as error_code,
    cast(null as text) as detail
from people_intake
where rejection_code is null and is_unreachable
union all
select
    'people_raw_intake' as raw_table,
    intake_id as raw_id,
    'PERSON_KEY_SHARED' as error_code,
    concat(identifying_email, ' belongs to ', email_owner_id) as detail
from shared_keys
where email_owner_id is not null
union all
select
    'people_raw_intake' as raw_table,
    intake_id as raw_id,
    'PERSON_KEY_SHARED' as error_code,
    concat(linkedin_url, ' belongs to ', linkedin_owner_id) as detail
from shared_keys
where linkedin_owner_id is not null
union all
select
    'resolution_verdicts' as raw_table,
    verdict_id as raw_id,
    rejection_code as error_code,
    unknown_id as detail
from {{ ref("int_person_verdicts") }}
where rejection_code is not null
union all
select
    'resolution_verdicts' as raw_table,
    verdict_id as raw_id,
    'VERDICT_CONTRADICTED' as error_code,
    case
        when verdict = 'same_person'
            then concat(person_id_a, ' and ', person_id_b, ' stay two people because of another verdict')
        else concat('a Barton id or another verdict makes both ', person_id_a)
    end as detail
from contradicted_verdicts
