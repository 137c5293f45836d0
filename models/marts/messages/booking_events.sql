select
    raw_id as booking_event_id,
    company_id,
    person_id,
    event_time,
    source,
    created_at
from {{ ref("int_bookings") }}
where rejection_code is null
