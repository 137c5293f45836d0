{{ config(materialized="view") }}

select
    log_id,
    step_id,
    log_level,
    message,
    logged_at
from {{ ple_table("ple_message_log") }}
