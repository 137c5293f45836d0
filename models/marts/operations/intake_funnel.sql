with

stages as (

    select
        1 as stage_order,
        'raw' as stage,
        sum(known_rows) as row_count
    from {{ ref("data_reconciliation") }}
    where raw_table = 'company_raw_intake'
    union all
    select
        2 as stage_order,
        'accepted' as stage,
        sum(accepted_rows) as row_count
    from {{ ref("data_reconciliation") }}
    where raw_table = 'company_raw_intake'
    union all
    select
        3 as stage_order,
        'companies' as stage,
        count(*) as row_count
    from {{ ref("companies") }}
    union all
    select
        4 as stage_order,
        'slots' as stage,
        count(*) as row_count
    from {{ ref("slots") }}
    union all
    select
        5 as stage_order,
        'filled' as stage,
        count(case when status = 'filled' then 1 end) as row_count
    from {{ ref("slots") }}
    union all
    select
        6 as stage_order,
        'scored' as stage,
        count(*) as row_count
    from {{ ref("bit_company_scores") }}
    where total_score > 0
    union all
    select
        7 as stage_order,
        'banded 3+' as stage,
        count(case when company_bands.band >= actions.min_band then 1 end) as row_count
    from {{ ref("company_bands") }} as company_bands
    inner join {{ ref("band_actions") }} as actions on actions.action = 'persona_email'
    union all
    select
        8 as stage_order,
        'provable' as stage,
        count(case when is_current then 1 end) as row_count
    from {{ ref("proof_lines") }}
    union all
    select
        9 as stage_order,
        'authorised' as stage,
        count(case when is_authorized then 1 end) as row_count
    from {{ ref("message_authorizations") }}

),

units as (

    select
        *,
        case
            when stage in ('raw', 'accepted') then 'rows'
            when stage in ('slots', 'filled') then 'slots'
            else 'companies'
        end as unit
    from stages

),

with_previous as (

    select
        *,
        lag(row_count) over (partition by unit order by stage_order) as previous_count
    from units

)

select
    stage,
    stage_order,
    unit,
    cast(row_count as integer) as row_count,
    {# four decimals, rounded half up #}
    cast(
        {{ div("20000 * row_count + previous_count", "nullif(2 * previous_count, 0)") }} * 0.0001 as numeric(12, 4)
    ) as share_of_previous
from with_previous
