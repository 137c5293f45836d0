select
    slot_id,
    company_id,
    role,
    status,
    person_id,
    valid_from,
    valid_to,
    is_current,
    cast(days as bigint) as days
from {{ ref("int_slot_spells") }}
