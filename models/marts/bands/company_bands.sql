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
    spells.valid_from as band_entered_at,
    {{ as_of() }} as calculated_at
from {{ ref("int_company_bands") }} as bands
inner join {{ ref("int_band_spells") }} as spells on bands.company_id = spells.company_id and spells.valid_to is null
