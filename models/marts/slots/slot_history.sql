select
    slot_id,
    company_id,
    role,
    status,
    person_id,
    valid_from,
    valid_to,
    is_current,
    cast({{ days_between("valid_from", "coalesce(valid_to, " ~ as_of() ~ ")") }} as bigint) as days
from {{ ref("int_slot_spells") }}
