with

{# filings of unknown companies, and their schedules, are known rows that leave the pipeline first #}
known_rows as (

    select raw_table from {{ ref("int_known_rows") }}
    union all
    select 'form_5500' as raw_table from {{ ref("base_form_5500") }}
    where is_left_out
    union all
    select 'schedule_a' as raw_table from {{ ref("base_schedule_a") }}
    where is_left_out
    union all
    select 'schedule_a_brokers' as raw_table from {{ ref("base_schedule_a_brokers") }}
    where is_left_out

),

known as (

    select
        raw_table,
        count(*) as row_count
    from known_rows
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
