{{ config(materialized="view") }}
{# the signals that the proofs due today quote, with all that is said of them #}
select
    quotes.company_id,
    quotes.band,
    quotes.pressure_class,
    quotes.hub,
    quotes.place,
    quotes.signal_id,
    quotes.magnitude,
    signals.expires_at,
    signals.evidence_text,
    signals.source_table,
    cast(signals.source_record_ids as text) as source_record_ids,
    {{ as_of() }} as as_of
from {{ ref("int_proof_quotes") }} as quotes
inner join {{ ref("int_proof_changes") }} as changes on quotes.company_id = changes.company_id and changes.is_due
inner join {{ ref("pressure_signals") }} as signals on quotes.signal_id = signals.signal_id
