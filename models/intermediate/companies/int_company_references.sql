with

references_given as (

    select * from {{ ref("stg_company_references") }}

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

bearers as (

    select
        step,
        key_value,
        min(company_id) as company_id,
        count(*) as companies
    from {{ ref("int_company_keys") }}
    group by step, key_value

),

{# first match wins; two companies at one step are ambiguous #}
found as (

    select
        distinct_references.reference_key,
        coalesce(by_id.company_id, by_domain.company_id, by_ein.company_id, by_name.company_id) as company_id,
        coalesce(by_id.companies, by_domain.companies, by_ein.companies, by_name.companies) as companies
    from distinct_references
    left join bearers as by_id on by_id.step = 1 and distinct_references.company_unique_id = by_id.key_value
    left join bearers as by_domain on by_domain.step = 2 and distinct_references.domain = by_domain.key_value
    left join bearers as by_ein on by_ein.step = 3 and distinct_references.ein = by_ein.key_value
    left join bearers as by_name
        on
            by_name.step = 4
            and distinct_references.name_key is not null
            and concat(distinct_references.name_key, '|', coalesce(distinct_references.state, '')) = by_name.key_value

)

select
    references_given.raw_table,
    references_given.raw_id,
    references_given.side,
    case when found.companies = 1 then found.company_id end as company_id,
    case
        when found.companies > 1 then 'COMPANY_AMBIGUOUS'
        when found.companies is null then 'COMPANY_NOT_FOUND'
    end as rejection_code,
    references_given.reference_key
from references_given
inner join found on references_given.reference_key = found.reference_key
