with

magnitudes as (

    select * from {{ ref("int_domain_magnitudes") }}

),

primary_pressures as (

    select * from {{ ref("int_primary_pressures") }}

),

bands as (

    select * from {{ ref("bands") }}

),

caps as (

    select * from {{ ref("band_caps") }}

),

weights as (

    select
        max(case when hub = 'DOL' then tenths end) as dol,
        max(case when hub = 'PEOPLE' then tenths end) as people,
        max(case when hub = 'BLOG' then tenths end) as blog
    from {{ ref("hub_weights") }}

),

{# each hub's share in whole numbers, halves up #}
totals as (

    select
        magnitudes.company_id,
        magnitudes.dol_magnitude,
        magnitudes.people_magnitude,
        magnitudes.blog_magnitude,
        {{ div("weights.dol * magnitudes.dol_magnitude + 5", 10) }}
        + {{ div("weights.people * magnitudes.people_magnitude + 5", 10) }}
        + {{ div("weights.blog * magnitudes.blog_magnitude + 5", 10) }} as total_magnitude,
        magnitudes.dol_magnitude >= {{ var("domain_active_from") }} as dol_active,
        magnitudes.people_magnitude >= {{ var("domain_active_from") }} as people_active,
        magnitudes.blog_magnitude >= {{ var("domain_active_from") }} as blog_active
    from magnitudes
    cross join weights

),

counted as {{ computed_once() }} (

    select
        *,
        case when dol_active then 1 else 0 end
        + case when people_active then 1 else 0 end
        + case when blog_active then 1 else 0 end as active_domains
    from totals

),

banded as (

    select
        counted.*,
        bands.band as raw_band,
        case
            when counted.blog_active and counted.active_domains = 1 then 'BLOG_ALONE_CAP'
            when not counted.dol_active then 'NO_DOL_CAP'
        end as cap,
        case counted.active_domains when 0 then 0 else counted.active_domains + 2 end as provable_band
    from counted
    inner join bands
        on
            counted.total_magnitude >= bands.min_magnitude
            and (bands.max_magnitude is null or counted.total_magnitude <= bands.max_magnitude)

),

{# a cap is named only when it lowers the band #}
capped as (

    select
        banded.*,
        case when banded.raw_band > caps.max_band then banded.cap end as band_capped_by,
        case when banded.raw_band > caps.max_band then caps.max_band else banded.raw_band end as band
    from banded
    left join caps on banded.cap = caps.cap

)

select
    capped.company_id,
    cast(capped.band as integer) as band,
    bands.band_name,
    cast(capped.total_magnitude as integer) as total_magnitude,
    capped.dol_magnitude,
    capped.people_magnitude,
    capped.blog_magnitude,
    capped.dol_active,
    capped.people_active,
    capped.blog_active,
    capped.active_domains,
    cast(capped.raw_band as integer) as raw_band,
    capped.band_capped_by,
    primary_pressures.pressure_class as primary_pressure,
    primary_pressures.hub as primary_hub,
    capped.provable_band,
    least(cast(capped.band as integer), capped.provable_band) as send_band
from capped
inner join bands on capped.band = bands.band
left join primary_pressures on capped.company_id = primary_pressures.company_id
