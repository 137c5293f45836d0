{# each company's band today: the weighted total of its active signals, capped by the doctrine #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

hub_weights as (

    select * from {{ ref("hub_weights") }}

),

bands as (

    select * from {{ ref("bands") }}

),

doctrine as (

    select * from {{ ref("band_doctrine") }}

),

active_signals as (

    select
        signals.*,
        hub_weights.tenths,
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

{# the class of the strongest signal that has one, and the hub that gave it #}
primary_pressures as (

    select
        company_id,
        pressure_class,
        hub
    from active_signals
    where pressure_class is not null and strength_rank = 1

),

{# each hub adds whole points, rounded half up #}
hub_points as (

    select
        company_id,
        hub,
        sum(magnitude) as magnitude,
        {{ div("tenths * sum(magnitude) + 5", 10) }} as points
    from active_signals
    group by company_id, hub, tenths

),

totals as (

    select
        companies.company_id,
        cast(coalesce(sum(hub_points.points), 0) as integer) as total_magnitude,
        cast(coalesce(sum(hub_points.magnitude) filter (where hub_points.hub = 'DOL'), 0) as integer) as dol_magnitude,
        cast(coalesce(sum(hub_points.magnitude) filter (where hub_points.hub = 'PEOPLE'), 0) as integer)
            as people_magnitude,
        cast(coalesce(sum(hub_points.magnitude) filter (where hub_points.hub = 'BLOG'), 0) as integer) as blog_magnitude
    from companies
    left join hub_points on companies.company_id = hub_points.company_id
    group by companies.company_id

),

flagged as (

    select
        *,
        dol_magnitude >= {{ var("domain_active_from") }} as dol_active,
        people_magnitude >= {{ var("domain_active_from") }} as people_active,
        blog_magnitude >= {{ var("domain_active_from") }} as blog_active
    from totals

),

{# a cap is named only when it lowers the band #}
capped as (

    select
        flagged.*,
        raw_bands.band as raw_band,
        doctrine.active_domains,
        doctrine.provable_band,
        case when raw_bands.band > doctrine.max_band then doctrine.cap end as band_capped_by,
        least(raw_bands.band, doctrine.max_band) as band
    from flagged
    inner join doctrine
        on
            flagged.dol_active = doctrine.dol_active
            and flagged.people_active = doctrine.people_active
            and flagged.blog_active = doctrine.blog_active
    inner join bands as raw_bands
        on
            flagged.total_magnitude >= raw_bands.min_magnitude
            and (raw_bands.max_magnitude is null or flagged.total_magnitude <= raw_bands.max_magnitude)

)

select
    capped.company_id,
    capped.band,
    bands.band_name,
    capped.total_magnitude,
    capped.dol_magnitude,
    capped.people_magnitude,
    capped.blog_magnitude,
    capped.dol_active,
    capped.people_active,
    capped.blog_active,
    capped.active_domains,
    capped.raw_band,
    capped.band_capped_by,
    primary_pressures.pressure_class as primary_pressure,
    primary_pressures.hub as primary_hub,
    capped.provable_band,
    least(capped.band, capped.provable_band) as send_band
from capped
inner join bands on capped.band = bands.band
left join primary_pressures on capped.company_id = primary_pressures.company_id
