with

intake as (

    select * from {{ ref("stg_company_intake") }}
    where rejection_code is null

),

minted_ids as (

    {{ ids_of_earlier_builds("company_id_registry", ["minted"], ref("stg_company_intake")) }}

),

person_ids as (

    {{ ids_of_earlier_builds("person_id_registry", ["minted", "handed_in"], ref("stg_company_intake")) }}

),

{# an id that is a person's is no company's #}
company_rows as (

    select
        intake.*,
        case when person_ids.barton_id is null then intake.handed_in_id end as usable_id,
        person_ids.barton_id as held_id
    from intake
    left join person_ids on intake.handed_in_id = person_ids.barton_id

)

select
    company_rows.raw_id as row_key,
    company_rows.uploaded_at as observed_at,
    company_rows.usable_id as handed_in_id,
    company_rows.held_id,
    {# an id that we minted joins no rows that have keys of their own: the registry says whether they are its company #}
    case
        when
            minted_ids.barton_id is null
            or coalesce(company_rows.domain, company_rows.ein, company_rows.linkedin_url) is null
            then company_rows.usable_id
    end as joining_id,
    company_rows.domain,
    company_rows.ein,
    company_rows.linkedin_url,
    company_rows.name_key,
    company_rows.state
from company_rows
left join minted_ids on company_rows.usable_id = minted_ids.barton_id
