-- depends_on: {{ ref('company_id_registry') }}
select
    raw_id as campaign_id,
    name,
    created_at,
    updated_at
from {{ ref("stg_campaigns") }}
where rejection_code is null
