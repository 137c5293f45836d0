{# the number of each error ever seen, given once, in order of the row's time #}
with

errors as (

    select * from {{ ref("int_pipeline_errors") }}

),

{% if is_incremental() -%}
registered as (

    select
        raw_table,
        raw_id,
        error_code,
        error_number
    from {{ this }}

),
{%- else -%}
registered as (

    select
        raw_table,
        raw_id,
        error_code,
        cast(null as bigint) as error_number
    from errors
    where false

),
{%- endif %}

first_free as (

    select coalesce(max(error_number), -1) + 1 as error_number
    from registered

),

newcomers as (

    select
        errors.raw_table,
        errors.raw_id,
        errors.error_code,
        row_number() over (
            order by
                errors.created_at nulls first,
                {{ bytewise("errors.raw_table") }},
                {{ bytewise("errors.raw_id") }},
                {{ bytewise("errors.error_code") }}
        ) - 1 as newcomer_rank
    from errors
    left join registered
        on
            errors.raw_table = registered.raw_table
            and errors.raw_id = registered.raw_id
            and errors.error_code = registered.error_code
    where registered.raw_table is null

)

select
    newcomers.raw_table,
    newcomers.raw_id,
    newcomers.error_code,
    newcomers.newcomer_rank + first_free.error_number as error_number,
    {{ barton_id("newcomers.newcomer_rank + first_free.error_number", "error") }} as error_id,
    {{ as_of() }} as recorded_at
from newcomers
cross join first_free
