{# one row per error code and raw row, or per code and file that has a warning #}
with

{# DuckDB copies a CTE that is read several times into memory, unless it is `not materialized` #}
known_rows as not materialized (

    select * from {{ ref("int_known_rows") }}

),

error_codes as (

    select * from {{ ref("error_codes") }}

),

{# parts of the raw files that were not read #}
file_warnings as (

    {{ raw_text(source("files", "file_warnings"), ["raw_table", "raw_id", "error_code", "detail"]) }}

),

found_later as (

    select
        raw_table,
        raw_id,
        error_code,
        detail
    from {{ ref("int_identity_errors") }}
    union all
    select
        raw_table,
        raw_id,
        error_code,
        detail
    from {{ ref("int_person_errors") }}
    union all
    select
        raw_table,
        raw_id,
        error_code,
        detail
    from {{ ref("int_reference_errors") }}

),

found as (

    select
        raw_table,
        raw_id,
        known_at,
        rejection_code as error_code,
        rejection_detail as detail
    from known_rows
    where rejection_code is not null
    union all
    select
        raw_table,
        raw_id,
        known_at,
        'VALUE_UNREADABLE' as error_code,
        unreadable_values as detail
    from known_rows
    where unreadable_values is not null
    union all
    {# these rows have their effect in spite of the error; an opt-out has it even in a row that is refused #}
    select
        raw_table,
        raw_id,
        known_at,
        case raw_table when 'message_log' then 'MESSAGE_UNCLEAR' else 'STOP_ORDER_UNCLEAR' end as error_code,
        unclear_values as detail
    from known_rows
    where unclear_values is not null and (rejection_code is null or raw_table = 'people_raw_intake')
    union all
    select
        raw_table,
        raw_id,
        known_at,
        'REPEAT_TIME_UNREADABLE' as error_code,
        'a repeat of this row has an unreadable time' as detail
    from known_rows
    where unreadable_versions > 0 and known_at is not null
    union all
    select
        found_later.raw_table,
        found_later.raw_id,
        known_rows.known_at,
        found_later.error_code,
        found_later.detail
    from found_later
    inner join known_rows
        on found_later.raw_table = known_rows.raw_table and found_later.raw_id = known_rows.raw_id

),

by_code as (

    select
        raw_table,
        raw_id,
        error_code,
        known_at,
        {{ join_texts("detail", "'; '", bytewise("detail")) }} as detail
    from (
        select distinct
            raw_table,
            raw_id,
            error_code,
            known_at,
            detail
        from found
    ) as distinct_details
    group by raw_table, raw_id, error_code, known_at

)

select
    by_code.raw_table,
    by_code.raw_id,
    by_code.error_code,
    error_codes.severity,
    error_codes.refuses_row,
    error_codes.component,
    case
        when by_code.detail is null then error_codes.meaning
        else concat(error_codes.meaning, ': ', by_code.detail)
    end as error_message,
    by_code.known_at as created_at
from by_code
inner join error_codes on by_code.error_code = error_codes.error_code
union all
select
    file_warnings.raw_table,
    file_warnings.raw_id,
    file_warnings.error_code,
    error_codes.severity,
    error_codes.refuses_row,
    error_codes.component,
    concat(error_codes.meaning, ': ', file_warnings.detail) as error_message,
    cast(null as timestamp) as created_at
from file_warnings
inner join error_codes on file_warnings.error_code = error_codes.error_code
