{{ config(schema="marketing", alias="company_master") }}

select
    company_id as company_unique_id,
    company_name,
    industry,
    employee_count,
    revenue,
    website_url as website,
    linkedin_url,
    phone,
    case
        when address_line1 is not null and address_line2 is not null then concat(address_line1, ', ', address_line2)
        else coalesce(address_line1, address_line2)
    end as address,
    city,
    state,
    postal_code,
    first_seen_at as created_at,
    last_seen_at as updated_at
from {{ ref("companies") }}
