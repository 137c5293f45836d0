with

proofs as (

    select * from {{ ref("proof_lines") }}

),

proof_forms as (

    select * from {{ ref("proof_forms") }}

),

citations as (

    {{ each_json_text("proofs", "proof_id", "signal_ids", "signal_id") }}

),

evidence_ends as (

    select
        citations.proof_id,
        min(signals.expires_at) as first_expiry,
        count(case when signals.signal_id is null then 1 end) as signals_gone
    from citations
    left join {{ ref("pressure_signals") }} as signals on citations.signal_id = signals.signal_id
    group by citations.proof_id

)

select
    proofs.proof_id,
    proofs.generated_at,
    proofs.valid_until,
    evidence_ends.first_expiry,
    evidence_ends.signals_gone
from proofs
inner join proof_forms on proofs.band = proof_forms.band
left join evidence_ends on proofs.proof_id = evidence_ends.proof_id
left join {{ ref("company_renewals") }} as renewals on proofs.company_id = renewals.company_id
where
    proofs.valid_until <= proofs.generated_at
    or proofs.valid_until > proofs.generated_at + proof_forms.valid_days * interval '1 day'
    or proofs.decision_window_days < 0
    {# valid until the renewal if today is in its notice window, else as long as the proof is valid #}
    or (
        proofs.is_current
        and proofs.decision_window_days <> {{ days_between("proofs.generated_at", "proofs.valid_until") }}
        and proofs.decision_window_days
        <> coalesce({{ days_between("proofs.generated_at", "renewals.next_renewal_on") }}, -1)
    )
    or proofs.superseded_at < proofs.generated_at
    or proofs.is_current <> (proofs.superseded_at is null)
    {# signals that an ended proof cited may no longer exist #}
    or (
        proofs.is_current
        and (
            evidence_ends.proof_id is null
            or evidence_ends.signals_gone > 0
            or proofs.valid_until > evidence_ends.first_expiry
        )
    )
