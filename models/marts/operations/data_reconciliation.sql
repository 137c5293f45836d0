with

known as (

    select
        raw_table,
        cast(count(*) as integer) as known_rows
    from {{ ref("int_known_rows") }}
    group by raw_table

),

rejected as (

    select
        raw_table,
        cast(count(distinct raw_id) as integer) as rejected_rows
    from {{ ref("int_pipeline_errors") }}
    where refuses_row
    group by raw_table

)

select
    accepted.raw_table,
    coalesce(known.known_rows, 0) as known_rows,
    cast(accepted.accepted_rows as integer) as accepted_rows,
    coalesce(rejected.rejected_rows, 0) as rejected_rows,
    coalesce(known.known_rows, 0) = accepted.accepted_rows + coalesce(rejected.rejected_rows, 0) as is_balanced
from {{ ref("int_accepted_rows") }} as accepted
left join known on accepted.raw_table = known.raw_table
left join rejected on accepted.raw_table = rejected.raw_table
