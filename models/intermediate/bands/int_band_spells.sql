{# the bands a company was in; a company that became an alias leaves the history #}
with

versions as (

    select
        snapshots.company_id,
        snapshots.band,
        snapshots.dbt_valid_from as valid_from
    from {{ ref("company_band_snapshot") }} as snapshots
    inner join {{ ref("int_companies") }} as companies on snapshots.company_id = companies.company_id

)

select
    versions.company_id,
    versions.band,
    bands.band_name,
    versions.valid_from,
    lead(versions.valid_from) over (partition by versions.company_id order by versions.valid_from) as valid_to
from versions
inner join {{ ref("bands") }} as bands on versions.band = bands.band
