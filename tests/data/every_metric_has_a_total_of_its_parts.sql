with

sums as (

    select
        metric,
        dimension,
        sum(case dimension_value when 'ALL' then numerator else -numerator end) as numerators_left,
        sum(case dimension_value when 'ALL' then denominator else -denominator end) as denominators_left,
        count(case dimension_value when 'ALL' then 1 end) as totals,
        min(case unit when 'share' then metric_value end) as least_share,
        max(case unit when 'share' then metric_value end) as greatest_share
    from {{ ref("metric_values") }}
    group by metric, dimension

)

select *
from sums
where
    totals <> 1
    or numerators_left <> 0
    or coalesce(denominators_left, 0) <> 0
    or least_share < 0
    or greatest_share > 1
