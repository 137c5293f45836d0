with

references_given as (

    select * from {{ ref("stg_company_references") }}

),

company_keys as (

    select * from {{ ref("int_company_keys") }}

),

distinct_references as (

    select distinct
        reference_key,
        company_unique_id,
        domain,
        ein,
        name_key,
        state
    from references_given

),

reference_steps as (

    select
        reference_key,
        1 as step,
        company_unique_id as key_value
    from distinct_references
    union all
    select
        reference_key,
        2 as step,
        domain as key_value
    from distinct_references
    union all
    select
        reference_key,
        3 as step,
        ein as key_value
    from distinct_references
    union all
    select
        reference_key,
        4 as step,
        case when name_key is not null then concat(name_key, '|', coalesce(state, '')) end as key_value
    from distinct_references

),

{# first match wins; two matches at one step are ambiguous #}
matches_by_step as (

    select
        reference_steps.reference_key,
        reference_steps.step,
        min(company_keys.company_id) as company_id,
        count(distinct company_keys.company_id) as companies,
        row_number() over (partition by reference_steps.reference_key order by reference_steps.step) as match_rank
    from reference_steps
    inner join company_keys
        on reference_steps.step = company_keys.step and reference_steps.key_value = company_keys.key_value
    group by reference_steps.reference_key, reference_steps.step

)

select
    references_given.raw_table,
    references_given.raw_id,
    references_given.side,
    case when first_matches.companies = 1 then first_matches.company_id end as company_id,
    case
        when first_matches.companies > 1 then 'COMPANY_AMBIGUOUS'
        when first_matches.companies is null then 'COMPANY_NOT_FOUND'
    end as rejection_code,
    references_given.reference_key
from references_given
left join matches_by_step as first_matches
    on references_given.reference_key = first_matches.reference_key and first_matches.match_rank = 1
