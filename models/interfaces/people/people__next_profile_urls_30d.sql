{{ config(schema="people", alias="next_profile_urls_30d") }}

select
    person_id as contact_id,
    url,
    last_checked_at
from {{ ref("profile_check_queue") }}
