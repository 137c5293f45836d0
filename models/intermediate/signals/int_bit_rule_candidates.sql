{{ config(materialized="view") }}
{# every occurrence that makes a rule event under the active rules, recorded in the ledger or not #}
with

rules as (

    select * from {{ ref("bit_rules") }}
    where is_active

),

rule_sources as (

    select * from {{ ref("bit_rule_sources") }}

),

fills as (

    select * from {{ ref("slot_events") }}
    where event_type = 'FILLED' {{ "" if var("bit_event_on_replacement") else "and not is_replacement" }}

),

movements as (

    select * from {{ ref("int_movements") }}
    where rejection_code is null

),

articles as (

    select
        articles.*,
        subjects.company_id
    from {{ ref("stg_articles") }} as articles
    inner join {{ ref("int_row_subjects") }} as subjects
        on articles.raw_id = subjects.raw_id and subjects.raw_table = 'blog_articles'
    where articles.rejection_code is null and subjects.rejection_code is null

),

signals as (

    select * from {{ ref("bit_signals") }}

),

renewal_dates as (

    select * from {{ ref("int_renewal_dates") }}
    where days_left >= 0

),

occurrences as (

    select
        company_id,
        'slot_events' as source_table,
        role as source_value,
        event_id as source_key,
        cast(1 as numeric(11, 10)) as confidence,
        occurred_at as detected_at,
        concat('role ', role) as detail
    from fills
    union all
    select
        company_id,
        'talent_flow_movements' as source_table,
        case when movement_type = 'hire' and is_other_vp then 'hire_vp' else movement_type end as source_value,
        raw_id as source_key,
        cast(confidence_score * 0.01 as numeric(11, 10)) as confidence,
        detected_at,
        title as detail
    from movements
    where is_executive or (movement_type = 'hire' and is_other_vp)
    union all
    select
        company_id,
        'blog_articles' as source_table,
        event_type as source_value,
        raw_id as source_key,
        cast(confidence as numeric(11, 10)) as confidence,
        published_at as detected_at,
        title as detail
    from articles
    union all
    select
        company_id,
        'bit_signal' as source_table,
        signal_type as source_value,
        signal_id as source_key,
        cast(1 as numeric(11, 10)) as confidence,
        detected_at,
        signal_type as detail
    from signals
    union all
    {# one for each open window of a coming renewal, detected at its opening or when the company was first seen #}
    select
        renewal_dates.company_id,
        'renewal_calendar' as source_table,
        rule_sources.source_value,
        concat(cast(renewal_dates.renewal_on as text), '|', rule_sources.source_value) as source_key,
        cast(1 as numeric(11, 10)) as confidence,
        cast(
            greatest(
                cast(
                    renewal_dates.renewal_on - cast(rule_sources.source_value as integer) * interval '1 day' as date
                ),
                cast(renewal_dates.first_seen_at as date)
            ) as timestamp
        ) as detected_at,
        concat('renewal on ', cast(renewal_dates.renewal_on as text)) as detail
    from renewal_dates
    inner join rule_sources
        on
            rule_sources.source_table = 'renewal_calendar'
            and renewal_dates.days_left <= cast(rule_sources.source_value as integer)

)

select
    occurrences.company_id,
    rules.rule_name,
    rules.weight,
    rules.decay_days,
    cast(occurrences.confidence as numeric(5, 4)) as confidence,
    occurrences.detected_at,
    occurrences.source_table,
    occurrences.source_key,
    occurrences.detail
from occurrences
inner join rule_sources
    on occurrences.source_table = rule_sources.source_table and occurrences.source_value = rule_sources.source_value
inner join rules on rule_sources.rule_name = rules.rule_name
where occurrences.confidence >= rules.confidence_threshold
