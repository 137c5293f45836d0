select
    event_id,
    slot_id,
    company_id,
    role,
    event_type,
    person_id,
    is_replacement,
    occurred_at,
    days_before
from {{ ref("int_slot_events") }}
