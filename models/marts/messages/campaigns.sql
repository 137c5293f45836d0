select
    campaign_id,
    name,
    created_at,
    updated_at
from {{ ref("int_campaigns") }}
