select
    event_id,
    company_id,
    rule_name,
    cast(weight as integer) as weight,
    confidence,
    detected_at,
    source_table,
    source_key,
    payload
from {{ ref("int_bit_rule_events") }}
