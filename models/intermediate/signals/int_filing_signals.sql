{# DOL signals from filings: changes from year to year, and facts of a plan's latest year #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

plan_years as (

    select * from {{ ref("int_plan_years") }}

),

plan_sets as (

    select * from {{ ref("int_plan_sets") }}

),

year_pairs as (

    select
        later_years.*,
        concat(earlier_years.ack_ids, {{ list_separator() }}, later_years.ack_ids) as both_ack_ids,
        earlier_years.participants as participants_before,
        earlier_years.employer_contribution as contribution_before,
        earlier_years.plan_premium as premium_before,
        earlier_years.broker_cost as broker_cost_before,
        coalesce(earlier_years.employer_contribution > 0, false) and later_years.employer_contribution is not null
            as has_contributions
    from plan_years as later_years
    inner join plan_years as earlier_years
        on
            later_years.plan_key = earlier_years.plan_key
            and later_years.plan_year = earlier_years.plan_year + 1

),

{# amounts in whole cents, so that percentages are exact #}
measures as (

    select
        year_pairs.*,
        signal_types.signal_type,
        signal_types.magnitude as base_magnitude,
        signal_types.magnitude_per_point,
        signal_types.max_magnitude,
        signal_types.threshold,
        case
            when signal_types.signal_type = 'cost_increase' and year_pairs.has_contributions
                then cast(year_pairs.contribution_before * 100 as bigint)
            when signal_types.signal_type = 'cost_increase' then cast(year_pairs.premium_before * 100 as bigint)
            when signal_types.signal_type = 'broker_cost_spike' then cast(year_pairs.broker_cost_before * 100 as bigint)
            else year_pairs.participants_before
        end as value_before,
        case
            when signal_types.signal_type = 'cost_increase' and year_pairs.has_contributions
                then cast(year_pairs.employer_contribution * 100 as bigint)
            when signal_types.signal_type = 'cost_increase' then cast(year_pairs.plan_premium * 100 as bigint)
            when signal_types.signal_type = 'broker_cost_spike' then cast(year_pairs.broker_cost * 100 as bigint)
            else year_pairs.participants
        end as value_after
    from year_pairs
    inner join signal_types on signal_types.signal_type in ('cost_increase', 'broker_cost_spike', 'plan_growth')

),

found as (

    select
        company_id,
        plan_key,
        plan_year,
        received_at,
        both_ack_ids as ack_ids,
        signal_type,
        case
            when signal_type <> 'cost_increase' then 'default'
            when has_contributions then 'contribution'
            else 'premium'
        end as variant,
        {# a percentage, rounded half up #}
        {{ div("200 * (value_after - value_before) + value_before", "2 * value_before") }} as n,
        {# base + points per percent above the threshold, rounded half up, at most the maximum #}
        case
            when magnitude_per_point is not null
                then least(max_magnitude, {{ div(
                    "2 * (base_magnitude - magnitude_per_point * threshold) * value_before"
                    ~ " + 200 * magnitude_per_point * (value_after - value_before) + value_before",
                    "2 * value_before",
                ) }})
        end as magnitude
    from measures
    where value_before > 0 and (value_after - value_before) * 100 >= value_before * threshold
    union all
    select
        year_pairs.company_id,
        year_pairs.plan_key,
        year_pairs.plan_year,
        year_pairs.received_at,
        year_pairs.both_ack_ids as ack_ids,
        plan_sets.signal_type,
        'default' as variant,
        plan_sets.joined + plan_sets.dropped as n,
        cast(null as bigint) as magnitude
    from year_pairs
    inner join plan_sets
        on year_pairs.plan_key = plan_sets.plan_key and year_pairs.plan_year = plan_sets.plan_year
    where plan_sets.joined + plan_sets.dropped > 0
    union all
    select
        plan_years.company_id,
        plan_years.plan_key,
        plan_years.plan_year,
        plan_years.received_at,
        plan_years.ack_ids,
        signal_types.signal_type,
        'default' as variant,
        case signal_types.signal_type when 'late_filing' then plan_years.days_late else plan_sets.members end as n,
        cast(null as bigint) as magnitude
    from plan_years
    left join plan_sets
        on
            plan_years.plan_key = plan_sets.plan_key and plan_years.plan_year = plan_sets.plan_year
            and plan_sets.signal_type = 'carrier_change'
    inner join signal_types
        on case signal_types.signal_type
            when 'late_filing' then plan_years.days_late > signal_types.threshold
            when 'multi_carrier' then plan_sets.members >= signal_types.threshold
        end
    where plan_years.year_recency = 1

)

select
    found.company_id,
    found.signal_type,
    found.variant,
    cast(coalesce(found.magnitude, signal_types.magnitude) as integer) as magnitude,
    found.received_at as detected_at,
    found.received_at + signal_types.valid_days * interval '1 day' as expires_at,
    cast(found.n as bigint) as n,
    cast(null as text) as subject,
    'form_5500' as source_table,
    found.ack_ids as source_record_ids,
    concat(found.plan_key, '|', cast(found.plan_year as text)) as source_key
from found
inner join signal_types on found.signal_type = signal_types.signal_type
