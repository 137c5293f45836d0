{{ config(schema="people", alias="contact") }}

select
    person_id as contact_id,
    full_name,
    title,
    email,
    phone,
    linkedin_url as profile_source_url,
    last_profile_checked_at,
    first_seen_at as created_at,
    last_seen_at as updated_at
from {{ ref("people") }}
