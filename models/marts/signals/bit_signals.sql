select
    raw_id as signal_id,
    company_id,
    person_id,
    signal_type,
    cast(signal_strength as integer) as signal_strength,
    cast(payload as json) as payload,
    detected_at,
    processed_at
from {{ ref("int_bit_signals") }}
where rejection_code is null
