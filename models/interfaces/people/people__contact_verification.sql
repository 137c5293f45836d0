{{ config(schema="people", alias="contact_verification") }}

select
    person_id as contact_id,
    email_status,
    email_checked_at,
    email_confidence,
    email_source_url
from {{ ref("people") }}
where email_checked_at is not null or email_status <> 'gray'
