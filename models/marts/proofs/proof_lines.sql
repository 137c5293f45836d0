with

proofs as (

    select * from {{ ref("int_proofs") }}

),

chains as (

    select
        proof_id,
        min(case when is_standing then 1 else 0 end) = 1 as is_unbroken
    from {{ ref("int_proof_citations") }}
    group by proof_id

),

requested as (

    select min_band
    from {{ ref("band_actions") }}
    where action = 'persona_email'

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
    {# for the band that a message needs #}
    case
        when proofs.valid_until <= {{ as_of() }} then 'PROOF_EXPIRED'
        when proofs.band < requested.min_band then 'PROOF_INSUFFICIENT'
        when not coalesce(chains.is_unbroken, false) then 'EVIDENCE_CHAIN_BROKEN'
        else 'VALID'
    end as verdict
from proofs
cross join requested
left join chains on proofs.proof_id = chains.proof_id
