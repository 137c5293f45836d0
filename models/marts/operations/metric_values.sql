with

metrics (metric, dimension, unit, is_ratio) as (

    values
    ('fill_rate', 'role', 'share', true),
    ('vacancy_days', 'role', 'days', false),
    ('time_to_refill', 'role', 'days', true),
    ('companies_by_band', 'band', 'companies', false),
    ('authorisation_rate', 'band', 'share', true),
    ('reply_rate', 'channel', 'share', true),
    ('reply_rate', 'template_id', 'share', true),
    ('reply_rate', 'touch_number', 'share', true)

),

{# counted per dimension value first, so that the totals read only a few rows #}
counted as (

    select
        'fill_rate' as metric,
        'role' as dimension,
        role as dimension_value,
        count(case when status = 'filled' then 1 end) as numerator,
        count(*) as denominator
    from {{ ref("slots") }}
    group by role
    union all
    select
        'vacancy_days' as metric,
        'role' as dimension,
        role as dimension_value,
        sum(days) as numerator,
        null as denominator
    from {{ ref("slot_history") }}
    where status = 'vacant'
    group by role
    union all
    select
        'time_to_refill' as metric,
        'role' as dimension,
        role as dimension_value,
        sum(days_before) as numerator,
        count(days_before) as denominator
    from {{ ref("slot_events") }}
    where event_type = 'FILLED'
    group by role
    union all
    select
        'companies_by_band' as metric,
        'band' as dimension,
        cast(band as text) as dimension_value,
        count(*) as numerator,
        null as denominator
    from {{ ref("company_bands") }}
    group by band
    union all
    select
        'authorisation_rate' as metric,
        'band' as dimension,
        cast(band as text) as dimension_value,
        count(case when is_authorized then 1 end) as numerator,
        count(*) as denominator
    from {{ ref("message_authorizations") }}
    where band >= required_band
    group by band
    {% for dimension in ["channel", "template_id", "touch_number"] -%}
    union all
    select
        'reply_rate' as metric,
        '{{ dimension }}' as dimension,
        {# a message that came from no template has the value NONE #}
        coalesce(cast({{ dimension }} as text), 'NONE') as dimension_value,
        count(case when is_replied then 1 end) as numerator,
        count(*) as denominator
    from {{ ref("message_results") }}
    group by coalesce(cast({{ dimension }} as text), 'NONE')
    {% endfor %}

),

members as (

    select
        'role' as dimension,
        role as dimension_value
    from {{ ref("roles") }}
    union
    select
        'band' as dimension,
        cast(band as text) as dimension_value
    from {{ ref("bands") }}
    union
    select
        dimension,
        dimension_value
    from counted
    union
    select
        dimension,
        'ALL' as dimension_value
    from metrics

),

totals as (

    select
        metrics.metric,
        metrics.dimension,
        members.dimension_value,
        metrics.unit,
        metrics.is_ratio,
        cast(coalesce(sum(counted.numerator), 0) as bigint) as numerator,
        case when metrics.is_ratio then cast(coalesce(sum(counted.denominator), 0) as bigint) end as denominator
    from metrics
    inner join members on metrics.dimension = members.dimension
    left join counted
        on
            metrics.metric = counted.metric
            and metrics.dimension = counted.dimension
            and members.dimension_value in (counted.dimension_value, 'ALL')
    group by metrics.metric, metrics.dimension, members.dimension_value, metrics.unit, metrics.is_ratio

)

select
    metric,
    dimension,
    dimension_value,
    numerator,
    denominator,
    {# four decimals, rounded half up #}
    cast(
        case
            when is_ratio
                then {{ div("20000 * numerator + denominator", "nullif(2 * denominator, 0)") }} * 0.0001
            else numerator
        end as numeric(18, 4)
    ) as metric_value,
    unit,
    {{ as_of() }} as calculated_at
from totals
