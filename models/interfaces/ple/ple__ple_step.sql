{{ config(schema="ple", alias="ple_step") }}

select
    step_id,
    cycle_id,
    step_name,
    step_type,
    status,
    executed_at
from {{ ref("ple_steps") }}
