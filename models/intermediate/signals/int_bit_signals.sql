{{ resolved_contacts(
    "bit_signal",
    ref("stg_bit_signals"),
    ["signal_type", "signal_strength", "payload", "detected_at", "processed_at"],
) }}

select * from resolved
