{#-
    Every issue and every end of a proof, append-only. A company whose proof has expired or whose content changed gets a
    new proof. The proof of a company below band 3 ends without a successor.
-#}
with

written as (

    select * from {{ ref("written_proofs") }}

),

changes as ( -- noqa: ST03

    select * from {{ ref("int_proof_changes") }}

)

{%- if is_incremental() %},

ledger as (

    select * from {{ this }}

),

standings as (

    {{ proof_standings("ledger") }}

),

ended as (

    select ledger.*
    from ledger
    inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
    inner join changes on ledger.proof_id = changes.ended_proof_id
    where ledger.entry_type = 'issued' and standings.is_current

)
{%- endif %}

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
{%- if is_incremental() %}
{# a second run of this model alone must append nothing #}
left join standings on written.proof_id = standings.proof_id and standings.last_issued_at = {{ as_of() }}
where standings.proof_id is null
union all
select
    'superseded' as entry_type,
    1 as entry_order,
    {{ as_of() }} as recorded_at,
    ended.proof_id,
    ended.company_id,
    ended.band,
    ended.pressure_class,
    ended.sources,
    ended.signal_ids,
    ended.cited_magnitudes,
    ended.proof_line,
    ended.proof,
    ended.decision_window_days,
    ended.generated_at,
    ended.valid_until
from ended
{%- endif %}
