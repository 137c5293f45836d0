select
    proof_id,
    company_id,
    band,
    pressure_class,
    cast(sources as json) as sources,
    cast(signal_ids as json) as signal_ids,
    proof_line,
    cast(proof as json) as proof,
    decision_window_days,
    generated_at,
    valid_until,
    superseded_at,
    is_current,
    verdict
from {{ ref("int_proof_verdicts") }}
