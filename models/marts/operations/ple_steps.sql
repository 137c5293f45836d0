{{ config(materialized="view") }}

select
    step_id,
    cycle_id,
    step_name,
    step_type,
    status,
    executed_at,
    seconds,
    rows_affected
from {{ ple_table("ple_step_log") }}
