{{ config(materialized="view") }}
{# the proof ledger read as proofs: what was said, since when, until when; read through company aliases #}
with

ledger as (

    select * from {{ ref("proof_ledger") }}

),

{# a proof that ended may be issued again on its day: its first entry says what it says, its last ones whether it stands #}
lives as (

    select
        proof_id,
        min(recorded_at) as issued_at,
        max(case when entry_type = 'issued' then recorded_at end) as last_issued_at,
        max(case when entry_type = 'superseded' then recorded_at end) as last_superseded_at
    from ledger
    group by proof_id

),

standings as (

    select
        proof_id,
        issued_at,
        last_superseded_at,
        coalesce(last_issued_at >= last_superseded_at, true) as is_current
    from lives

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
left join {{ ref("int_company_aliases") }} as company_aliases on ledger.company_id = company_aliases.alias_id
inner join {{ ref("int_companies") }} as companies
    on coalesce(company_aliases.company_id, ledger.company_id) = companies.company_id
where ledger.entry_type = 'issued'
