{{ config(schema="marketing", alias="pipeline_events") }}

select
    event_id,
    company_id as company_unique_id,
    event_type,
    payload,
    created_at
from {{ ref("pipeline_events") }}
