{# one row per error code and raw row, or per code and file that has a warning #}
with

known_rows as (

    select * from {{ ref("int_known_rows") }}

),

error_codes as (

    select * from {{ ref("error_codes") }}

),

{# parts of the raw files that were not read #}
file_warnings as (

    {{ raw_text(source("files", "file_warnings"), ["raw_table", "raw_id", "error_code", "detail"]) }}

),

found as (

    select
        raw_table,
        raw_id,
        rejection_code as error_code,
        rejection_detail as detail
    from known_rows
    where rejection_code is not null
    union all
    select
        raw_table,
        raw_id,
        'VALUE_UNREADABLE' as error_code,
        unreadable_values as detail
    from known_rows
    where unreadable_values is not null
    union all
    {# these rows have their effect in spite of the error; an opt-out has it even in a row that is refused #}
    select
        raw_table,
        raw_id,
        case raw_table when 'message_log' then 'MESSAGE_UNCLEAR' else 'STOP_ORDER_UNCLEAR' end as error_code,
        unclear_values as detail
    from known_rows
    where unclear_values is not null and (rejection_code is null or raw_table = 'people_raw_intake')
    union all
    select
        raw_table,
        raw_id,
        'REPEAT_TIME_UNREADABLE' as error_code,
        'a repeat of this row has an unreadable time' as detail
    from known_rows
    where unreadable_versions > 0 and known_at is not null
    union all
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

by_code as (

    select
        raw_table,
        raw_id,
        error_code,
        {{ join_texts("detail", "'; '", bytewise("detail")) }} as detail
    from (
        select distinct
            raw_table,
            raw_id,
            error_code,
            detail
        from found
    ) as distinct_details
    group by raw_table, raw_id, error_code

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
    known_rows.known_at as created_at
from by_code
inner join error_codes on by_code.error_code = error_codes.error_code
inner join known_rows
    on by_code.raw_table = known_rows.raw_table and by_code.raw_id = known_rows.raw_id
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
