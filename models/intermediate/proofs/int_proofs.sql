{{ config(materialized="view") }}
{# the proof ledger read as proofs: what was said, since when, until when; read through company aliases #}
with

ledger as (

    select * from {{ ref("proof_ledger") }}

),

standings as (

    {{ proof_standings("ledger") }}

)

select
    ledger.proof_id,
    companies.company_id,
    ledger.band,
    ledger.pressure_class,
    ledger.sources,
    ledger.signal_ids,
    ledger.proof_line,
    ledger.proof,
    ledger.decision_window_days,
    ledger.generated_at,
    ledger.valid_until,
    case when not standings.is_current then standings.last_superseded_at end as superseded_at,
    standings.is_current
from ledger
inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
left join {{ ref("int_company_identity") }} as company_aliases on ledger.company_id = company_aliases.alias_id
inner join {{ ref("companies") }} as companies
    on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
where ledger.entry_type = 'issued'
