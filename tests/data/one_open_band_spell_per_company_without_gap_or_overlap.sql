with

company_bands as (

    select * from {{ ref("company_bands") }}

),

spells as (

    select
        *,
        lead(valid_from) over (partition by company_id order by valid_from) as next_valid_from,
        lag(band) over (partition by company_id order by valid_from) as previous_band
    from {{ ref("band_history") }}

),

spells_of_companies as (

    select
        company_id,
        count(case when valid_to is null then 1 end) as open_spells,
        count(case when next_valid_from is distinct from valid_to then 1 end) as breaks,
        count(case when valid_to <= valid_from then 1 end) as empty_spells,
        count(case when previous_band = band then 1 end) as spells_without_change,
        max(case when is_current then band end) as band,
        max(case when is_current then valid_from end) as band_entered_at
    from spells
    group by company_id

)

select
    company_bands.company_id,
    spells_of_companies.open_spells,
    spells_of_companies.breaks,
    spells_of_companies.empty_spells,
    spells_of_companies.spells_without_change
from company_bands
full outer join spells_of_companies on company_bands.company_id = spells_of_companies.company_id
where
    company_bands.company_id is null
    or spells_of_companies.company_id is null
    or spells_of_companies.open_spells <> 1
    or spells_of_companies.breaks > 0
    or spells_of_companies.empty_spells > 0
    or spells_of_companies.spells_without_change > 0
    or company_bands.band is distinct from spells_of_companies.band
    or company_bands.band_entered_at is distinct from spells_of_companies.band_entered_at
