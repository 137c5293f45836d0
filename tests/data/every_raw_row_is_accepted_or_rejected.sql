with

known as (

    select
        raw_table,
        count(*) as row_count
    from {{ ref("int_known_rows") }}
    group by raw_table

),

{# the row counts that the marts show #}
counted as (

    select
        'company_raw_intake' as raw_table,
        coalesce(sum(intake_rows), 0) as row_count
    from {{ ref("companies") }}

)

select
    coalesce(reconciliation.raw_table, known.raw_table) as raw_table,
    reconciliation.known_rows,
    reconciliation.accepted_rows,
    reconciliation.rejected_rows,
    known.row_count as rows_found,
    counted.row_count as rows_counted
from {{ ref("data_reconciliation") }} as reconciliation
full outer join known on reconciliation.raw_table = known.raw_table
left join counted on reconciliation.raw_table = counted.raw_table
where
    reconciliation.raw_table is null
    or not reconciliation.is_balanced
    or reconciliation.known_rows <> coalesce(known.row_count, 0)
    or reconciliation.known_rows <> reconciliation.accepted_rows + reconciliation.rejected_rows
    or counted.row_count <> reconciliation.accepted_rows
