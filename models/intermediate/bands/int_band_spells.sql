{# the bands a company was in; a company that became an alias leaves the history #}
with

versions as (

    select
        snapshots.company_id,
        snapshots.band,
        snapshots.dbt_valid_from as valid_from,
        lag(snapshots.band) over (
            partition by snapshots.company_id order by snapshots.dbt_valid_from
        ) as previous_band
    from {{ ref("company_band_snapshot") }} as snapshots
    inner join {{ ref("companies") }} as companies on snapshots.company_id = companies.company_id

),

{# a company that was gone for a while may return in the same band #}
spell_starts as (

    select * from versions
    where previous_band is null or previous_band <> band

)

select
    spell_starts.company_id,
    spell_starts.band,
    bands.band_name,
    spell_starts.valid_from,
    lead(spell_starts.valid_from) over (
        partition by spell_starts.company_id order by spell_starts.valid_from
    ) as valid_to
from spell_starts
inner join {{ ref("bands") }} as bands on spell_starts.band = bands.band
