with

handoffs as (

    {{ known_rows("ac_handoff") }}

)

select
    raw_id,
    known_at as created_at,
    notes,
    {{ columns_read_later("ac_handoff") }},
    unreadable_versions,
    rejection_code,
    rejection_detail,
    cast(null as text) as unreadable_values
from handoffs
