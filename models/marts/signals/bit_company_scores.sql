with

companies as (

    select company_id from {{ ref("companies") }}

),

score_tiers as (

    select * from {{ ref("score_tiers") }}

),

{# events decay by today's rule; if the rule is gone, by the decay that the event stores #}
events as (

    select
        rule_events.company_id,
        rule_events.rule_name,
        rule_events.weight,
        rule_events.confidence,
        rule_events.detected_at,
        coalesce(rules.decay_days, ledger.decay_days) as decay_days,
        {{ days_between("rule_events.detected_at", today()) }} as age_days
    from {{ ref("bit_rule_events") }} as rule_events
    inner join {{ ref("bit_rule_event_ledger") }} as ledger on rule_events.event_id = ledger.event_id
    left join {{ ref("bit_rules") }} as rules on rule_events.rule_name = rules.rule_name

),

{# millionths of a point, because whole numbers have the same sum on every engine; confidence has four decimals #}
rule_points as (

    select
        company_id,
        rule_name,
        cast(
            sum({{ remaining_micropoints("weight * cast(confidence * 10000 as bigint) * 100") }}) as bigint
        ) as micropoints,
        sum(case when age_days <= {{ var("recent_points_days") }} then weight else 0 end) as points_90d,
        count(*) as event_count,
        max(detected_at) as last_event_at
    from events
    group by company_id, rule_name

),

totals as (

    select
        company_id,
        cast(sum(micropoints) as bigint) as micropoints,
        cast(sum(points_90d) as integer) as points_90d,
        cast(sum(event_count) as integer) as event_count,
        max(last_event_at) as last_event_at,
        {{ points_by("rule_name") }} as score_breakdown
    from rule_points
    group by company_id

),

scores as (

    select
        companies.company_id,
        cast({{ score_in_hundredths("coalesce(totals.micropoints, 0)") }} * 0.01 as numeric(5, 2)) as total_score,
        coalesce(totals.points_90d, 0) as points_90d,
        coalesce(totals.event_count, 0) as event_count,
        totals.last_event_at,
        cast(coalesce(totals.score_breakdown, '{}') as {{ json_type() }}) as score_breakdown
    from companies
    left join totals on companies.company_id = totals.company_id

)

select
    scores.company_id,
    scores.total_score,
    intents.tier as intent_category,
    scores.points_90d,
    tiers.tier as score_tier,
    scores.event_count,
    scores.last_event_at,
    scores.score_breakdown,
    {{ as_of() }} as calculated_at
from scores
left join score_tiers as intents
    on
        intents.score = 'total_score'
        and coalesce(scores.total_score >= intents.at_least, true)
        and coalesce(scores.total_score < intents.below, true)
left join score_tiers as tiers
    on
        tiers.score = 'points_90d'
        and coalesce(scores.points_90d >= tiers.at_least, true)
        and coalesce(scores.points_90d < tiers.below, true)
