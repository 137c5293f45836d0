{{ config(materialized="view") }}
{# whether each signal that a proof cites still stands #}
with

proofs as (

    select
        proof_id,
        signal_ids
    from {{ ref("int_proofs") }}

),

cited as (

    {{ each_json_text("proofs", "proof_id", "signal_ids", "signal_id") }}

)

select
    cited.proof_id,
    cited.signal_id,
    coalesce(signals.is_active, false) as is_standing
from cited
left join {{ ref("pressure_signals") }} as signals on cited.signal_id = signals.signal_id
