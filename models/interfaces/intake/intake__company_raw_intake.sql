{{ config(schema="intake", alias="company_raw_intake") }}

select
    intake_id,
    company_name,
    industry,
    website_url as website,
    validation_status,
    company_id as promoted_to_unique_id,
    uploaded_at,
    validated_at
from {{ ref("company_intake_status") }}
