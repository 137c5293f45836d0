{# the person each raw row points at: by Barton id, LinkedIn, email, then name and company #}
with

person_references as (

    select * from {{ ref("stg_person_references") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where company_id is not null

),

person_keys as (

    select * from {{ ref("int_person_keys") }}

),

reference_steps as (

    select
        raw_table,
        raw_id,
        1 as step,
        person_unique_id as key_value
    from person_references
    union all
    select
        raw_table,
        raw_id,
        2 as step,
        linkedin_url as key_value
    from person_references
    union all
    select
        raw_table,
        raw_id,
        3 as step,
        email as key_value
    from person_references
    union all
    select
        person_references.raw_table,
        person_references.raw_id,
        4 as step,
        concat(company_references.company_id, '|', person_references.name_key) as key_value
    from person_references
    inner join company_references
        on
            person_references.raw_table = company_references.raw_table
            and person_references.raw_id = company_references.raw_id
    where person_references.name_key is not null

),

matches_by_step as (

    select
        reference_steps.raw_table,
        reference_steps.raw_id,
        min(person_keys.person_id) as person_id,
        count(distinct person_keys.person_id) as people,
        row_number() over (
            partition by reference_steps.raw_table, reference_steps.raw_id order by reference_steps.step
        ) as match_rank
    from reference_steps
    inner join person_keys
        on reference_steps.step = person_keys.step and reference_steps.key_value = person_keys.key_value
    group by reference_steps.raw_table, reference_steps.raw_id, reference_steps.step

)

select
    person_references.raw_table,
    person_references.raw_id,
    person_references.names_somebody,
    case when first_matches.people = 1 then first_matches.person_id end as person_id,
    case
        when first_matches.people > 1 then 'PERSON_AMBIGUOUS'
        when first_matches.people is null then 'PERSON_NOT_FOUND'
    end as rejection_code
from person_references
left join matches_by_step as first_matches
    on
        person_references.raw_table = first_matches.raw_table
        and person_references.raw_id = first_matches.raw_id
        and first_matches.match_rank = 1
