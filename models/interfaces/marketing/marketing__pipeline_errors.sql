{{ config(schema="marketing", alias="pipeline_errors") }}

select
    error_id,
    error_code,
    error_message,
    severity,
    component,
    created_at
from {{ ref("pipeline_errors") }}
