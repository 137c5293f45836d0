select
    event_id,
    company_id,
    event_type,
    {{ json_object_of([("key", "event_key"), ("detail", "detail")]) }} as payload,
    created_at
from {{ ref("int_pipeline_events") }}
