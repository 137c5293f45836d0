{{ config(schema="marketing", alias="campaign") }}

select
    campaign_id,
    name,
    created_at,
    updated_at
from {{ ref("campaigns") }}
