{#
    Which proofs end today and which companies are due a new one: what a proof would say today, held against what the
    ledger said before this build.
-#}
with

wanted as (

    select
        company_id,
        band,
        pressure_class,
        {{ join_texts("concat(signal_id, ':', cast(magnitude as text))", "','", bytewise("signal_id")) }}
            as cited_magnitudes
    from {{ ref("int_proof_quotes") }}
    group by company_id, band, pressure_class

),

ledger as (

    {{ proofs_of_earlier_builds() }}

),

standings as (

    {{ proof_standings("ledger") }}

),

{# issued and not ended; the proof of a company that became an alias is nobody's any more #}
current_proofs as (

    select
        ledger.*,
        coalesce(company_aliases.company_id <> ledger.company_id, false) as is_orphan
    from ledger
    inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
    left join {{ ref("int_company_identity") }} as company_aliases on ledger.company_id = company_aliases.alias_id
    where ledger.entry_type = 'issued' and standings.is_current

),

held_proofs as (

    select * from current_proofs
    where not is_orphan

),

compared as (

    select
        coalesce(wanted.company_id, held_proofs.company_id) as company_id,
        held_proofs.proof_id as current_proof_id,
        wanted.company_id is not null as is_wanted,
        coalesce(
            held_proofs.band = wanted.band
            and held_proofs.pressure_class = wanted.pressure_class
            and held_proofs.cited_magnitudes = wanted.cited_magnitudes
            and held_proofs.valid_until > {{ as_of() }},
            false
        ) as still_holds
    from held_proofs
    full outer join wanted on held_proofs.company_id = wanted.company_id

)

select
    company_id,
    current_proof_id as ended_proof_id,
    is_wanted as is_due
from compared
where not still_holds
union all
select
    company_id,
    proof_id as ended_proof_id,
    false as is_due
from current_proofs
where is_orphan
