{{ config(schema="marketing", alias="people_master") }}

select
    person_id as unique_id,
    full_name,
    email,
    linkedin_url,
    title,
    phone,
    company_id as company_unique_id,
    source,
    first_seen_at as created_at,
    last_seen_at as updated_at
from {{ ref("people") }}
