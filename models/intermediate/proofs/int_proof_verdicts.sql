{# each proof with the verdict for the band that a persona message needs #}
with

proofs as (

    select
        proof_id,
        company_id,
        band,
        pressure_class,
        valid_until,
        is_current
    from {{ ref("int_proofs") }}

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
    proofs.*,
    case
        when proofs.valid_until <= {{ as_of() }} then 'PROOF_EXPIRED'
        when proofs.band < requested.min_band then 'PROOF_INSUFFICIENT'
        when not coalesce(chains.is_unbroken, false) then 'EVIDENCE_CHAIN_BROKEN'
        else 'VALID'
    end as verdict
from proofs
cross join requested
left join chains on proofs.proof_id = chains.proof_id
