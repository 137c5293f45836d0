{{ config(schema="ple", alias="ple_cycle") }}

select
    cycle_id,
    cycle_name,
    status,
    started_at,
    completed_at
from {{ ref("ple_cycles") }}
