with

intake as (

    select * from {{ ref("stg_company_intake") }}
    where rejection_code is null

),

minted_ids as (

    {{ ids_minted_before("company_id_registry") }}

)

select
    intake.raw_id as row_key,
    intake.uploaded_at as observed_at,
    intake.handed_in_id,
    {# an id that we minted joins no rows that have keys of their own: the registry says whether they are its company #}
    case
        when minted_ids.barton_id is null or coalesce(intake.domain, intake.ein, intake.linkedin_url) is null
            then intake.handed_in_id
    end as joining_id,
    intake.domain,
    intake.ein,
    intake.linkedin_url,
    intake.name_key,
    intake.state
from intake
left join minted_ids on intake.handed_in_id = minted_ids.barton_id
