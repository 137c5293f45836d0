with

standings as (

    {{ proof_standings(ref("proof_ledger")) }}

),

{# A proof that was issued to an alias belongs to the surviving company. DuckDB copies a CTE that is read twice into
memory, here with all texts, unless it is `not materialized`. #}
proofs as not materialized (

    select
        ledger.*,
        companies.company_id as surviving_company_id,
        case when not standings.is_current then standings.last_superseded_at end as superseded_at,
        standings.is_current
    from {{ ref("proof_ledger") }} as ledger
    inner join standings on ledger.proof_id = standings.proof_id and ledger.recorded_at = standings.issued_at
    left join {{ ref("int_company_identity") }} as aliases
        on ledger.company_id = aliases.alias_id and aliases.kind = 'alias'
    inner join {{ ref("companies") }} as companies
        on coalesce(aliases.company_id, ledger.company_id) = companies.company_id
    where ledger.entry_type = 'issued'

),

cited as (

    {{ each_json_text("proofs", "proof_id", "signal_ids", "signal_id") }}

),

active_signals as (

    select
        signals.*,
        case signals.hub when 'DOL' then 1 when 'PEOPLE' then 2 else 3 end as hub_order,
        case
            when signals.signal_type = 'renewal_proximity' and companies.renewal_month_source = 'intake' then 1 else 0
        end as is_from_intake
    from {{ ref("pressure_signals") }} as signals
    left join {{ ref("companies") }} as companies on signals.company_id = companies.company_id
    where signals.is_active

),

{# the cited signals in the order in which the proof quotes them; the DOL hub has another name if no filing is quoted #}
quotes as (

    select
        cited.proof_id,
        active_signals.*,
        case
            when
                active_signals.hub = 'DOL'
                and min(active_signals.is_from_intake) over (partition by cited.proof_id, active_signals.hub) = 1
                then 'INTAKE'
            else active_signals.hub
        end as source,
        row_number() over (
            partition by cited.proof_id
            order by
                active_signals.hub_order,
                active_signals.magnitude desc,
                active_signals.detected_at desc,
                {{ bytewise("active_signals.signal_id") }}
        ) as place
    from cited
    left join active_signals on cited.signal_id = active_signals.signal_id

),

{# the state of the cited signals as of now #}
of_hubs as (

    select
        proof_id,
        hub_order,
        source,
        count(*) as cited_signals,
        count(signal_id) as found_signals,
        {{ join_texts("evidence_text", "', '", "place") }} as words,
        {{ join_texts(
            "concat('{\"signal_id\":\"', signal_id, '\",\"hub\":\"', source, '\",\"magnitude\":', "
            ~ "cast(magnitude as text), ',\"evidence\":', cast(evidence as text), '}')", "','", "place"
        ) }} as evidence
    from quotes
    group by proof_id, hub_order, source

),

today as (

    select
        proof_id,
        sum(cited_signals) = sum(found_signals) as is_unbroken,
        max(concat(source, ': ', words)) as of_one_hub,
        {{ join_texts("concat(words, ' (', source, ')')", "' + '", "hub_order") }} as of_all_hubs,
        concat('[', {{ join_texts("evidence", "','", "hub_order") }}, ']') as evidence
    from of_hubs
    group by proof_id

)

select
    proofs.proof_id,
    proofs.surviving_company_id as company_id,
    proofs.band,
    proofs.pressure_class,
    cast(proofs.sources as {{ json_type() }}) as sources,
    cast(proofs.signal_ids as {{ json_type() }}) as signal_ids,
    proofs.proof_line,
    case
        when not (proofs.is_current and today.is_unbroken) then null
        when forms.form = 'one_hub' then concat(proofs.pressure_class, ' detected via ', today.of_one_hub)
        when forms.form = 'convergence' then concat(proofs.pressure_class, ' convergence: ', today.of_all_hubs)
        when forms.form = 'phase_transition' then replace(concat(
            'PHASE TRANSITION: ', proofs.pressure_class, ' — ', today.of_all_hubs, ' — Decision window: ',
            cast(coalesce(renewals.days_until_renewal, {{ days_between(today(), "proofs.valid_until") }}) as text),
            ' days'
        ), ' — Decision window: 1 days', ' — Decision window: 1 day')
    end as line_today,
    cast(proofs.proof as {{ json_type() }}) as proof,
    cast(
        case when proofs.is_current and today.is_unbroken then today.evidence end as {{ json_type() }}
    ) as evidence_today,
    proofs.decision_window_days,
    proofs.generated_at,
    proofs.valid_until,
    proofs.superseded_at,
    proofs.is_current,
    case
        when proofs.valid_until <= {{ as_of() }} then 'PROOF_EXPIRED'
        when proofs.band < actions.min_band then 'PROOF_INSUFFICIENT'
        when not coalesce(today.is_unbroken, false) then 'EVIDENCE_CHAIN_BROKEN'
        else 'VALID'
    end as verdict
from proofs
inner join {{ ref("band_actions") }} as actions on actions.action = 'persona_email'
left join {{ ref("proof_forms") }} as forms on proofs.band = forms.band
left join {{ ref("company_renewals") }} as renewals
    on proofs.surviving_company_id = renewals.company_id and renewals.is_window_open
left join today on proofs.proof_id = today.proof_id
