{#-
    Every proof ever issued and every end of one: append-only. A new proof is issued when what it would say has changed
    or the current one expired; a company below band 3 has its proof ended without a successor.
-#}
with

written as (

    select * from {{ ref("written_proofs") }}

),

company_aliases as ( -- noqa: ST03

    select * from {{ ref("int_company_aliases") }}

),

{% if is_incremental() -%}
latest_entries as (

    select
        *,
        row_number() over (partition by proof_id order by recorded_at desc, entry_order desc) as recency
    from {{ this }}

),

{# issued and not ended; the proof of a company that became an alias is nobody's any more #}
current_proofs as (

    select
        latest_entries.*,
        coalesce(company_aliases.company_id <> latest_entries.company_id, false) as is_orphan
    from latest_entries
    left join company_aliases on latest_entries.company_id = company_aliases.alias_id
    where latest_entries.recency = 1 and latest_entries.entry_type = 'issued'

),
{%- else -%}
current_proofs as (

    select
        written.*,
        false as is_orphan
    from written
    where false

),
{%- endif %}

held_proofs as (

    select * from current_proofs
    where not is_orphan

),

compared as (

    select
        current_proofs.proof_id as current_proof_id,
        written.proof_id as written_proof_id,
        coalesce(
            current_proofs.band = written.band
            and current_proofs.pressure_class = written.pressure_class
            and current_proofs.cited_magnitudes = written.cited_magnitudes
            and current_proofs.valid_until > {{ as_of() }},
            false
        ) as still_holds
    from held_proofs as current_proofs
    full outer join written on current_proofs.company_id = written.company_id

),

ended as (

    select current_proof_id as proof_id
    from compared
    where current_proof_id is not null and not still_holds
    union all
    select proof_id
    from current_proofs
    where is_orphan

)

select
    'superseded' as entry_type,
    1 as entry_order,
    {{ as_of() }} as recorded_at,
    current_proofs.proof_id,
    current_proofs.company_id,
    current_proofs.band,
    current_proofs.pressure_class,
    current_proofs.sources,
    current_proofs.signal_ids,
    current_proofs.cited_magnitudes,
    current_proofs.proof_line,
    current_proofs.proof,
    current_proofs.decision_window_days,
    current_proofs.generated_at,
    current_proofs.valid_until
from current_proofs
inner join ended on current_proofs.proof_id = ended.proof_id
union all
select
    'issued' as entry_type,
    2 as entry_order,
    {{ as_of() }} as recorded_at,
    written.proof_id,
    written.company_id,
    written.band,
    written.pressure_class,
    written.sources,
    written.signal_ids,
    written.cited_magnitudes,
    written.proof_line,
    written.proof,
    written.decision_window_days,
    written.generated_at,
    written.valid_until
from written
inner join compared on written.proof_id = compared.written_proof_id
where not compared.still_holds
