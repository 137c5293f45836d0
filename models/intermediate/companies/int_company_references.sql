with

references_given as (

    select
        *,
        coalesce(known_at, {{ as_of() }}) as seen_at
    from {{ ref("stg_company_references") }}

),

distinct_references as (

    select distinct
        reference_key,
        company_unique_id,
        domain,
        ein,
        case when name_key is not null then concat(name_key, '|', coalesce(state, '')) end as place,
        case when name_key is not null and state is not null then concat(name_key, '|') end as name_anywhere
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

{# the first step that finds a company decides; if it finds several, the time of the row decides #}
found as (

    select
        distinct_references.reference_key,
        coalesce(by_id.step, by_domain.step, by_ein.step, by_name.step, stateless.step) as step,
        coalesce(by_id.key_value, by_domain.key_value, by_ein.key_value, distinct_references.place) as key_value,
        distinct_references.name_anywhere,
        coalesce(by_id.company_id, by_domain.company_id, by_ein.company_id, by_name.company_id) as company_id,
        case
            when by_id.step is not null then by_id.companies
            when by_domain.step is not null then by_domain.companies
            when by_ein.step is not null then by_ein.companies
            else coalesce(by_name.companies, 0) + 2 * coalesce(stateless.companies, 0)
        end as companies
    from distinct_references
    left join bearers as by_id on by_id.step = 1 and distinct_references.company_unique_id = by_id.key_value
    left join bearers as by_domain on by_domain.step = 2 and distinct_references.domain = by_domain.key_value
    left join bearers as by_ein on by_ein.step = 3 and distinct_references.ein = by_ein.key_value
    left join bearers as by_name on by_name.step = 4 and distinct_references.place = by_name.key_value
    left join bearers as stateless on stateless.step = 5 and distinct_references.name_anywhere = stateless.key_value

),

lookups as (

    select
        reference_key,
        case when step < 4 then step else 4 end as step,
        key_value
    from found
    where step > 1 and companies > 1
    union all
    select
        reference_key,
        5 as step,
        name_anywhere as key_value
    from found
    where step > 3 and companies > 1 and name_anywhere is not null

),

{# each company at the time of the row: 1 had the value, 2 had the name without a state, 3 got the value later #}
candidates as (

    select
        references_given.raw_table,
        references_given.raw_id,
        references_given.side,
        company_keys.company_id,
        company_keys.known_from,
        case
            when company_keys.known_from > references_given.seen_at then 3
            when company_keys.step < 5 then 1
            when company_keys.known_until is null or company_keys.known_until > references_given.seen_at then 2
        end as preference
    from references_given
    inner join lookups on references_given.reference_key = lookups.reference_key
    inner join {{ ref("int_company_keys") }} as company_keys
        on lookups.step = company_keys.step and lookups.key_value = company_keys.key_value

),

ranked as (

    select
        *,
        dense_rank() over (
            partition by raw_table, raw_id, side
            order by preference, case when preference = 3 then known_from end nulls first
        ) as preference_rank
    from candidates
    where preference is not null

),

meant as (

    select
        raw_table,
        raw_id,
        side,
        min(company_id) as company_id,
        count(distinct company_id) as companies
    from ranked
    where preference_rank = 1
    group by raw_table, raw_id, side

)

select
    references_given.raw_table,
    references_given.raw_id,
    references_given.side,
    case
        when found.companies = 1 then found.company_id
        when meant.companies = 1 then meant.company_id
    end as company_id,
    case
        when found.companies = 1 or meant.companies = 1 then null
        when found.step = 1 or meant.companies > 1 then 'COMPANY_AMBIGUOUS'
        else 'COMPANY_NOT_FOUND'
    end as rejection_code,
    references_given.reference_key
from references_given
inner join found on references_given.reference_key = found.reference_key
left join meant
    on
        references_given.raw_table = meant.raw_table
        and references_given.raw_id = meant.raw_id
        and references_given.side = meant.side
