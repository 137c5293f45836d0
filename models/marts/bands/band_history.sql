with

companies as (

    select company_id from {{ ref("companies") }}

),

bands as (

    select * from {{ ref("bands") }}

),

snapshots as (

    {{ versions_up_to_today(ref("company_band_snapshot"), ref("int_company_bands"), ["company_id", "band"]) }}

),

{# a company that became an alias leaves the history #}
versions as (

    select
        snapshots.company_id,
        snapshots.band,
        snapshots.valid_from,
        lag(snapshots.band) over (
            partition by snapshots.company_id order by snapshots.valid_from
        ) as previous_band
    from snapshots
    inner join companies on snapshots.company_id = companies.company_id

),

{# a company that was missing for a while may return in the same band #}
spells as (

    select
        company_id,
        band,
        valid_from,
        lead(valid_from) over (partition by company_id order by valid_from) as valid_to
    from versions
    where previous_band is null or previous_band <> band

)

select
    spells.company_id,
    spells.band,
    bands.band_name,
    spells.valid_from,
    spells.valid_to,
    spells.valid_to is null as is_current
from spells
inner join bands on spells.band = bands.band
