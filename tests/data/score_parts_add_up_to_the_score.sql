with

events as (

    select
        rule_events.*,
        coalesce(rules.decay_days, ledger.decay_days) as decay_days,
        {{ days_between("rule_events.detected_at", today()) }} as age_days
    from {{ ref("bit_rule_events") }} as rule_events
    inner join {{ ref("bit_rule_event_ledger") }} as ledger on rule_events.event_id = ledger.event_id
    left join {{ ref("bit_rules") }} as rules on rule_events.rule_name = rules.rule_name

),

{# the points of each event today: weight x remaining share x confidence #}
parts as (

    select
        company_id,
        weight,
        age_days,
        case
            when age_days >= decay_days then 0
            else cast(weight * (decay_days - age_days) as numeric(18, 6)) * confidence / decay_days
        end as points
    from events

),

sums as (

    select
        company_id,
        sum(points) as points,
        sum(case when age_days <= {{ var("recent_points_days") }} then weight else 0 end) as points_90d,
        count(*) as event_count
    from parts
    group by company_id

)

select
    scores.company_id,
    scores.total_score,
    sums.points,
    scores.points_90d,
    sums.points_90d as weights_90d
from {{ ref("bit_company_scores") }} as scores
full outer join sums on scores.company_id = sums.company_id
where
    scores.company_id is null
    {# tolerance: half a hundredth for rounding, and the millionths of the events #}
    or abs(scores.total_score - least(100, coalesce(sums.points, 0))) > 0.0051
    or scores.points_90d <> coalesce(sums.points_90d, 0)
    or scores.event_count <> coalesce(sums.event_count, 0)
