{{ config(schema="bit", alias="signal") }}

select
    signal_id,
    company_id,
    signal_type as reason,
    payload,
    detected_at as created_at,
    processed_at
from {{ ref("bit_signals") }}
