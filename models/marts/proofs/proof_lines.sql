with

proofs as (

    select * from {{ ref("int_proofs") }}

),

verdicts as (

    select
        proof_id,
        verdict
    from {{ ref("int_proof_verdicts") }}

)

select
    proofs.proof_id,
    proofs.company_id,
    proofs.band,
    proofs.pressure_class,
    cast(proofs.sources as json) as sources,
    cast(proofs.signal_ids as json) as signal_ids,
    proofs.proof_line,
    cast(proofs.proof as json) as proof,
    proofs.decision_window_days,
    proofs.generated_at,
    proofs.valid_until,
    proofs.superseded_at,
    proofs.is_current,
    verdicts.verdict
from proofs
inner join verdicts on proofs.proof_id = verdicts.proof_id
