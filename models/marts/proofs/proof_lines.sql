with

ledger as (

    select * from {{ ref("proof_ledger") }}

),

company_aliases as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'

),

companies as (

    select company_id from {{ ref("companies") }}

),

active_signals as (

    select signal_id from {{ ref("pressure_signals") }}
    where is_active

),

actions as (

    select * from {{ ref("band_actions") }}

),

standings as (

    {{ proof_standings("ledger") }}

),

{# a proof that was issued to an alias belongs to the surviving company #}
proofs as (

    select
        ledger.*,
        companies.company_id as surviving_company_id,
        case when not standings.is_current then standings.last_superseded_at end as superseded_at,
        standings.is_current
    from ledger
    inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
    left join company_aliases on ledger.company_id = company_aliases.alias_id
    inner join companies on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
    where ledger.entry_type = 'issued'

),

cited as (

    {{ each_json_text("proofs", "proof_id", "signal_ids", "signal_id") }}

),

chains as (

    select
        cited.proof_id,
        count(*) = count(active_signals.signal_id) as is_unbroken
    from cited
    left join active_signals on cited.signal_id = active_signals.signal_id
    group by cited.proof_id

)

select
    proofs.proof_id,
    proofs.surviving_company_id as company_id,
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
    case
        when proofs.valid_until <= {{ as_of() }} then 'PROOF_EXPIRED'
        when proofs.band < actions.min_band then 'PROOF_INSUFFICIENT'
        when not coalesce(chains.is_unbroken, false) then 'EVIDENCE_CHAIN_BROKEN'
        else 'VALID'
    end as verdict
from proofs
inner join actions on actions.action = 'persona_email'
left join chains on proofs.proof_id = chains.proof_id
