{{ config(materialized="view") }}

select
    cycle_id,
    cycle_name,
    as_of,
    is_full_build,
    status,
    started_at,
    completed_at
from {{ ple_table("ple_cycle_log") }}
