{{ config(materialized="view") }}
{# per company, the sum of the active magnitudes of each domain #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

active_magnitudes as (

    select
        company_id,
        sum(magnitude) filter (where hub = 'DOL') as dol,
        sum(magnitude) filter (where hub = 'PEOPLE') as people,
        sum(magnitude) filter (where hub = 'BLOG') as blog
    from {{ ref("int_pressure_signals") }}
    where is_active
    group by company_id

)

select
    companies.company_id,
    cast(coalesce(active_magnitudes.dol, 0) as integer) as dol_magnitude,
    cast(coalesce(active_magnitudes.people, 0) as integer) as people_magnitude,
    cast(coalesce(active_magnitudes.blog, 0) as integer) as blog_magnitude
from companies
left join active_magnitudes on companies.company_id = active_magnitudes.company_id
