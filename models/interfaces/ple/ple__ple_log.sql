{{ config(schema="ple", alias="ple_log") }}

select
    log_id,
    step_id,
    log_level,
    message,
    logged_at
from {{ ref("ple_logs") }}
