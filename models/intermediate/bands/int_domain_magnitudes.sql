{{ config(materialized="view") }}
{# per company, the sum of the active magnitudes of each domain #}
with

companies as (

    select company_id from {{ ref("int_companies") }}

),

active_signals as (

    select * from {{ ref("int_pressure_signals") }}
    where is_active

)

select
    companies.company_id,
    cast(coalesce(sum(active_signals.magnitude) filter (where active_signals.hub = 'DOL'), 0) as integer)
        as dol_magnitude,
    cast(coalesce(sum(active_signals.magnitude) filter (where active_signals.hub = 'PEOPLE'), 0) as integer)
        as people_magnitude,
    cast(coalesce(sum(active_signals.magnitude) filter (where active_signals.hub = 'BLOG'), 0) as integer)
        as blog_magnitude
from companies
left join active_signals on companies.company_id = active_signals.company_id
group by companies.company_id
