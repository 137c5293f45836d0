{{ config(schema="bit", alias="bit_signal") }}

select
    signal_id,
    company_id as company_unique_id,
    signal_type,
    payload as signal_data,
    signal_strength,
    detected_at
from {{ ref("bit_signals") }}
