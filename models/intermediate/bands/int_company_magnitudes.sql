{# what the active signals of each company add up to, and which of them gives its pressure #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

hub_weights as (

    select * from {{ ref("hub_weights") }}

),

active_signals as (

    select
        signals.*,
        row_number() over (
            partition by signals.company_id, signals.pressure_class is null
            order by
                signals.magnitude desc,
                hub_weights.precedence,
                signals.detected_at desc,
                {{ bytewise("signals.signal_id") }}
        ) as strength_rank
    from {{ ref("pressure_signals") }} as signals
    inner join hub_weights on signals.hub = hub_weights.hub
    where signals.is_active

),

{# the strongest signal that has a class gives the primary pressure #}
by_company as (

    select
        company_id,
        sum(magnitude) filter (where hub = 'DOL') as dol_magnitude,
        sum(magnitude) filter (where hub = 'PEOPLE') as people_magnitude,
        sum(magnitude) filter (where hub = 'BLOG') as blog_magnitude,
        max(pressure_class) filter (where pressure_class is not null and strength_rank = 1) as primary_pressure,
        max(hub) filter (where pressure_class is not null and strength_rank = 1) as primary_hub
    from active_signals
    group by company_id

)

select
    companies.company_id,
    cast(coalesce(by_company.dol_magnitude, 0) as integer) as dol_magnitude,
    cast(coalesce(by_company.people_magnitude, 0) as integer) as people_magnitude,
    cast(coalesce(by_company.blog_magnitude, 0) as integer) as blog_magnitude,
    by_company.primary_pressure,
    by_company.primary_hub
from companies
left join by_company on companies.company_id = by_company.company_id
