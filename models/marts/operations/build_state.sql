{{ config(materialized="view") }}
{# the log of runs says when a build begins; a view shows it while the build runs #}
select
    as_of,
    status,
    started_at as started,
    completed_at as finished,
    is_full_build as marts_agree
from {{ ref("ple_cycles") }}
where cycle_name in ('dbt build', 'dbt run', 'slotwatch rewind')
order by started_at desc nulls last, cycle_id desc nulls last
limit 1
