{# The active signals that the proof of a company would quote today: the strongest of each hub, each text once. #}
with

company_bands as (

    select * from {{ ref("int_company_bands") }}

),

active_signals as (

    select * from {{ ref("pressure_signals") }}
    where is_active

),

companies as (

    select * from {{ ref("companies") }}

),

renewals as (

    select * from {{ ref("company_renewals") }}
    where is_window_open

),

proof_forms as (

    select * from {{ ref("proof_forms") }}

),

{# a proof of one hub quotes the hub that gives the pressure class, any other proof quotes every active hub #}
candidates as (

    select
        company_bands.company_id,
        company_bands.send_band as band,
        company_bands.primary_pressure as pressure_class,
        proof_forms.form,
        proof_forms.quotes_per_hub,
        proof_forms.valid_days,
        active_signals.hub,
        active_signals.signal_id,
        active_signals.signal_type = 'renewal_proximity'
        and coalesce(companies.renewal_month_source = 'intake', false) as is_from_intake,
        active_signals.magnitude,
        active_signals.detected_at,
        active_signals.expires_at,
        active_signals.evidence_text,
        active_signals.source_table,
        cast(active_signals.source_record_ids as text) as source_record_ids,
        row_number() over (
            partition by company_bands.company_id, active_signals.hub, active_signals.evidence_text
            order by
                active_signals.magnitude desc,
                active_signals.detected_at desc,
                {{ bytewise("active_signals.signal_id") }}
        ) as repetition
    from company_bands
    inner join proof_forms on company_bands.send_band = proof_forms.band
    inner join active_signals on company_bands.company_id = active_signals.company_id
    inner join companies on company_bands.company_id = companies.company_id
    where
        case
            when proof_forms.form = 'one_hub' then active_signals.hub = company_bands.primary_hub
            when active_signals.hub = 'DOL' then company_bands.dol_active
            when active_signals.hub = 'PEOPLE' then company_bands.people_active
            else company_bands.blog_active
        end

),

placed as (

    select
        *,
        row_number() over (
            partition by company_id, hub
            order by magnitude desc, detected_at desc, {{ bytewise("signal_id") }}
        ) as place
    from candidates
    where repetition = 1

)

select
    placed.company_id,
    placed.band,
    placed.pressure_class,
    placed.form,
    placed.valid_days,
    renewals.days_until_renewal,
    placed.hub,
    placed.is_from_intake,
    cast(placed.place as integer) as place,
    placed.signal_id,
    placed.magnitude,
    placed.expires_at,
    placed.evidence_text,
    placed.source_table,
    placed.source_record_ids
from placed
left join renewals on placed.company_id = renewals.company_id
where placed.place <= placed.quotes_per_hub
