with

companies as (

    select company_id from {{ ref("companies") }}

),

rule_points as (

    select * from {{ ref("int_bit_rule_points") }}

),

totals as (

    select
        company_id,
        sum(micropoints) as micropoints,
        sum(points_90d) as points_90d,
        sum(event_count) as event_count,
        max(last_event_at) as last_event_at,
        {{ points_by("rule_name") }} as score_breakdown
    from rule_points
    group by company_id

),

scores as (

    select
        companies.company_id,
        cast(coalesce(totals.micropoints, 0) as bigint) as micropoints,
        cast(coalesce(totals.points_90d, 0) as integer) as points_90d,
        cast(coalesce(totals.event_count, 0) as integer) as event_count,
        totals.last_event_at,
        totals.score_breakdown
    from companies
    left join totals on companies.company_id = totals.company_id

),

capped as (

    select
        *,
        {{ score_in_hundredths("micropoints") }} as hundredths
    from scores

)

select
    company_id,
    cast(hundredths * 0.01 as numeric(5, 2)) as total_score,
    case when hundredths >= 8000 then 'High' when hundredths >= 5000 then 'Medium' else 'Low' end as intent_category,
    points_90d,
    case
        when points_90d >= 50 then 'hot'
        when points_90d >= 25 then 'warm'
        when points_90d > 0 then 'cold'
        else 'unscored'
    end as score_tier,
    event_count,
    last_event_at,
    coalesce(score_breakdown, cast('{}' as json)) as score_breakdown,
    {{ as_of() }} as calculated_at
from capped
