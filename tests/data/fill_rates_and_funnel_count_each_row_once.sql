with

counts as (

    select
        (select count(*) from {{ ref("companies") }}) as companies,
        count(*) as slots,
        count(case when status = 'filled' then 1 end) as filled
    from {{ ref("slots") }}

),

{# each number of the marts beside an independent count #}
published as (

    select
        'slot_fill_rates' as mart,
        rates.role as line,
        rates.total_slots + rates.filled_slots as published_count,
        case rates.role when 'ALL' then counts.slots else counts.companies end
        + case rates.role when 'ALL' then counts.filled else rates.filled_slots end as own_count
    from {{ ref("slot_fill_rates") }} as rates
    cross join counts
    union all
    select
        'slot_fill_rates' as mart,
        'sum of the roles' as line,
        coalesce(sum(case when role = 'ALL' then filled_slots else -filled_slots end), -1) as published_count,
        0 as own_count
    from {{ ref("slot_fill_rates") }}
    union all
    select
        'intake_funnel' as mart,
        funnel.stage as line,
        coalesce(funnel.row_count, 0) as published_count,
        case funnel.stage when 'companies' then counts.companies when 'slots' then counts.slots else counts.filled end
            as own_count
    from {{ ref("intake_funnel") }} as funnel
    cross join counts
    where funnel.stage in ('companies', 'slots', 'filled')

)

select * from published
where published_count <> own_count
