{{ config(materialized="view") }}

select
    cycle_id,
    cycle_name,
    as_of,
    is_full_build,
    {# earlier versions wrote `success` #}
    case status when 'success' then 'completed' else status end as status,
    started_at,
    completed_at
from {{ ple_table("ple_cycle_log") }}
