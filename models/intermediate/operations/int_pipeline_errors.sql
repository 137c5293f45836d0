{# one row per raw row and code #}
with

found as (

    select
        raw_table,
        raw_id,
        error_code,
        detail
    from {{ ref("int_staging_errors") }}
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
inner join {{ ref("error_codes") }} as error_codes on by_code.error_code = error_codes.error_code
inner join {{ ref("int_known_rows") }} as known_rows
    on by_code.raw_table = known_rows.raw_table and by_code.raw_id = known_rows.raw_id
