{{ config(schema="ple", alias="ple_step") }}

select
    step_id,
    cycle_id,
    step_name,
    step_type,
    case
        when status in ('success', 'pass', 'warn') then 'completed'
        when status in ('error', 'fail', 'runtime error') then 'failed'
        else status
    end as status,
    executed_at
from {{ ref("ple_steps") }}
