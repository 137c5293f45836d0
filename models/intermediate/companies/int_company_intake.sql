{{ config(materialized="view") }}
select
    intake.raw_id,
    intake.company_name,
    intake.industry,
    intake.website_url,
    intake.name_key,
    intake.domain,
    intake.ein,
    intake.uploaded_at,
    company_ids.company_id
from {{ ref("stg_company_intake") }} as intake
left join {{ ref("int_company_ids") }} as company_ids on intake.raw_id = company_ids.intake_id
