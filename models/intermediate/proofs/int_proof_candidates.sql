{{ config(materialized="view") }}
{# the evidence of each company of band 3 and up: its active signals in active domains that it has to prove #}
with

company_bands as (

    select * from {{ ref("int_company_bands") }}
    where band >= 3

),

active_signals as (

    select * from {{ ref("pressure_signals") }}
    where is_active

)

select
    company_bands.company_id,
    company_bands.send_band as band,
    company_bands.primary_pressure as pressure_class,
    active_signals.signal_id,
    active_signals.hub,
    active_signals.magnitude,
    active_signals.detected_at,
    active_signals.evidence_text
from company_bands
inner join active_signals on company_bands.company_id = active_signals.company_id
where
    {# below band 4 only the hub that gives the class is quoted; above, every active one #}
    case
        when company_bands.send_band = 3 then active_signals.hub = company_bands.primary_hub
        when active_signals.hub = 'DOL' then company_bands.dol_active
        when active_signals.hub = 'PEOPLE' then company_bands.people_active
        else company_bands.blog_active
    end
