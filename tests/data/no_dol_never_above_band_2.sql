select
    company_id,
    band,
    dol_magnitude,
    people_magnitude,
    blog_magnitude
from {{ ref("company_bands") }}
where dol_magnitude < 10 and band > 2
