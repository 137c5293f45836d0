{{ config(schema="marketing", alias="booking_event") }}

select
    booking_event_id,
    company_id,
    person_id as contact_id,
    event_time,
    source,
    created_at
from {{ ref("booking_events") }}
