select
    raw_id,
    known_at as created_at,
    notes,
    unreadable_versions,
    rejection_code,
    rejection_detail,
    cast(null as text) as unreadable_values
from {{ ref("base_ac_handoff") }}
