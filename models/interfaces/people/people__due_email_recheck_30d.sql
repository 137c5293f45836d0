{{ config(schema="people", alias="due_email_recheck_30d") }}

select
    person_id as contact_id,
    full_name,
    title,
    email,
    email_status,
    email_checked_at,
    last_checked_at
from {{ ref("email_recheck_queue") }}
