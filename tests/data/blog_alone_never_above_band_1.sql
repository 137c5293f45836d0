select
    company_id,
    band,
    dol_magnitude,
    people_magnitude,
    blog_magnitude
from {{ ref("company_bands") }}
where blog_magnitude >= 10 and people_magnitude < 10 and dol_magnitude < 10 and band > 1
