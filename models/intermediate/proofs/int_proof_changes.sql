{#
    Compares what the proof of each company would say today with the proof that earlier builds recorded. A new proof is
    due when they differ or when the recorded one has expired.
-#}
{%- set ledger = ledger_of_earlier_builds("proof_ledger") -%}

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

company_aliases as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'

),

ledger as (

    {% if ledger -%}
    select
        entry_type,
        recorded_at,
        proof_id,
        company_id,
        band,
        pressure_class,
        cited_magnitudes,
        valid_until
    from {{ ledger }}
    {%- else -%}
    select
        cast(null as text) as entry_type,
        cast(null as timestamp) as recorded_at,
        cast(null as text) as proof_id,
        cast(null as text) as company_id,
        cast(null as integer) as band,
        cast(null as text) as pressure_class,
        cast(null as text) as cited_magnitudes,
        cast(null as timestamp) as valid_until
    where false
    {%- endif %}

),

standings as (

    {{ proof_standings("ledger") }}

),

current_proofs as (

    select
        ledger.*,
        coalesce(company_aliases.company_id <> ledger.company_id, false) as is_of_an_alias
    from ledger
    inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
    left join company_aliases on ledger.company_id = company_aliases.alias_id
    where ledger.entry_type = 'issued' and standings.is_current

),

held_proofs as (

    select * from current_proofs
    where not is_of_an_alias

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
    is_wanted as is_due,
    {{ as_of() }} as changed_at
from compared
where not still_holds
union all
{# the proof of a company that became an alias ends without a successor #}
select
    company_id,
    proof_id as ended_proof_id,
    false as is_due,
    {{ as_of() }} as changed_at
from current_proofs
where is_of_an_alias
