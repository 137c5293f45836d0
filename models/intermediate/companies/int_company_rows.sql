select
    raw_id as row_key,
    uploaded_at as observed_at,
    handed_in_id,
    domain,
    ein,
    linkedin_url,
    name_key,
    state
from {{ ref("stg_company_intake") }}
where rejection_code is null
