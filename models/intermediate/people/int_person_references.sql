{# the person that each raw row refers to, looked up by Barton id, LinkedIn, email, then name and company #}
with

person_references as (

    select * from {{ ref("stg_person_references") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where company_id is not null

),

identity as (

    select * from {{ ref("int_person_identity") }}

),

observations as (

    select
        identity.person_id,
        case when identity.linkedin_owner_id is null then observations.linkedin_url end as linkedin_url,
        case when identity.email_owner_id is null then observations.identifying_email end as identifying_email
    from {{ ref("int_person_observations") }} as observations
    inner join identity on observations.observation_key = identity.observation_key

),

{# a person is found by every value that the person ever had #}
person_keys as (

    select
        1 as step,
        alias_id as key_value,
        person_id
    from identity
    where kind = 'alias'
    union
    select
        2 as step,
        linkedin_url as key_value,
        person_id
    from observations
    where linkedin_url is not null
    union
    select
        3 as step,
        identifying_email as key_value,
        person_id
    from observations
    where identifying_email is not null
    union
    select
        4 as step,
        reference_key as key_value,
        person_id
    from identity
    where kind = 'reference'

),

bearers as (

    select
        step,
        key_value,
        min(person_id) as person_id,
        count(*) as people
    from person_keys
    where step < 4
    group by step, key_value

),

{# a row may name two companies: one that a person left and one that the person joined #}
found_by_name as (

    select
        person_references.raw_table,
        person_references.raw_id,
        min(person_keys.person_id) as person_id,
        count(distinct person_keys.person_id) as people
    from person_references
    inner join company_references
        on
            person_references.raw_table = company_references.raw_table
            and person_references.raw_id = company_references.raw_id
    inner join person_keys
        on
            person_keys.step = 4
            and person_keys.key_value = concat(company_references.company_id, '|', person_references.name_key)
    where person_references.name_key is not null
    group by person_references.raw_table, person_references.raw_id

),

{# first match wins; two people at one step are ambiguous #}
found as (

    select
        person_references.raw_table,
        person_references.raw_id,
        person_references.names_somebody,
        coalesce(by_id.person_id, by_linkedin.person_id, by_email.person_id, by_name.person_id) as person_id,
        coalesce(by_id.people, by_linkedin.people, by_email.people, by_name.people) as people
    from person_references
    left join bearers as by_id on by_id.step = 1 and person_references.person_unique_id = by_id.key_value
    left join bearers as by_linkedin on by_linkedin.step = 2 and person_references.linkedin_url = by_linkedin.key_value
    left join bearers as by_email on by_email.step = 3 and person_references.email = by_email.key_value
    left join found_by_name as by_name
        on person_references.raw_table = by_name.raw_table and person_references.raw_id = by_name.raw_id

)

select
    raw_table,
    raw_id,
    names_somebody,
    case when people = 1 then person_id end as person_id,
    case
        when people > 1 then 'PERSON_AMBIGUOUS'
        when people is null then 'PERSON_NOT_FOUND'
    end as rejection_code
from found
