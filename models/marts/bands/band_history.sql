select
    company_id,
    band,
    band_name,
    valid_from,
    valid_to,
    valid_to is null as is_current
from {{ ref("int_band_spells") }}
