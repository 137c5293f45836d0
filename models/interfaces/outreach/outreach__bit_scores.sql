{{ config(schema="outreach", alias="bit_scores") }}

select
    companies.outreach_id,
    scores.total_score as bit_score,
    bands.band,
    bands.band_name,
    bands.calculated_at
from {{ ref("companies") }} as companies
inner join {{ ref("bit_company_scores") }} as scores on companies.company_id = scores.company_id
inner join {{ ref("company_bands") }} as bands on companies.company_id = bands.company_id
