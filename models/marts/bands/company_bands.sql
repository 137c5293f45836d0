with

bands as (

    select * from {{ ref("int_company_bands") }}

),

current_spells as (

    select * from {{ ref("band_history") }}
    where is_current

)

select
    bands.company_id,
    bands.band,
    bands.band_name,
    bands.total_magnitude,
    bands.dol_magnitude,
    bands.people_magnitude,
    bands.blog_magnitude,
    bands.dol_active,
    bands.people_active,
    bands.blog_active,
    bands.active_domains,
    bands.raw_band,
    bands.band_capped_by,
    bands.primary_pressure,
    bands.provable_band,
    bands.send_band,
    current_spells.valid_from as band_entered_at,
    {{ as_of() }} as calculated_at
from bands
inner join current_spells on bands.company_id = current_spells.company_id
