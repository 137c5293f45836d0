select
    signal_id,
    company_id,
    domain,
    hub,
    signal_type,
    pressure_class,
    magnitude,
    detected_at,
    expires_at,
    is_active,
    source_table,
    {{ json_array_of_texts("source_record_ids") }} as source_record_ids,
    evidence_text,
    {{ json_object_of([
        ("signal_type", "signal_type"),
        ("variant", "variant"),
        ("value", "n"),
        ("subject", "subject"),
        ("text", "evidence_text"),
    ]) }} as evidence
from {{ ref("int_pressure_signals") }}
