{# signals of the DOL hub that filings give: year on year, and of a plan's latest year #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

plan_years as (

    select * from {{ ref("int_plan_years") }}

),

set_changes as (

    select * from {{ ref("int_plan_set_changes") }}

),

carrier_counts as (

    select
        plan_key,
        plan_year,
        count(*) as carriers
    from {{ ref("int_plan_carriers") }}
    group by plan_key, plan_year

),

year_pairs as (

    select
        later_years.*,
        earlier_years.ack_ids as earlier_ack_ids,
        earlier_years.participants as participants_before,
        earlier_years.employer_contribution as contribution_before,
        earlier_years.plan_premium as premium_before,
        earlier_years.broker_cost as broker_cost_before
    from plan_years as later_years
    inner join plan_years as earlier_years
        on
            later_years.plan_key = earlier_years.plan_key
            and later_years.plan_year = earlier_years.plan_year + 1

),

{# amounts in whole cents, heads in whole heads: percentages are then exact #}
measures as (

    select
        company_id,
        plan_key,
        plan_year,
        received_at,
        concat(earlier_ack_ids, {{ list_separator() }}, ack_ids) as ack_ids,
        'cost_increase' as signal_type,
        case when contribution_before > 0 and employer_contribution is not null then 'contribution' else 'premium' end
            as variant,
        cast(
            case
                when contribution_before > 0 and employer_contribution is not null then contribution_before
                else premium_before
            end * 100 as bigint
        ) as value_before,
        cast(
            case
                when contribution_before > 0 and employer_contribution is not null then employer_contribution
                else plan_premium
            end * 100 as bigint
        ) as value_after
    from year_pairs
    union all
    select
        company_id,
        plan_key,
        plan_year,
        received_at,
        concat(earlier_ack_ids, {{ list_separator() }}, ack_ids) as ack_ids,
        'broker_cost_spike' as signal_type,
        'default' as variant,
        cast(broker_cost_before * 100 as bigint) as value_before,
        cast(broker_cost * 100 as bigint) as value_after
    from year_pairs
    union all
    select
        company_id,
        plan_key,
        plan_year,
        received_at,
        concat(earlier_ack_ids, {{ list_separator() }}, ack_ids) as ack_ids,
        'plan_growth' as signal_type,
        'default' as variant,
        cast(participants_before as bigint) as value_before,
        cast(participants as bigint) as value_after
    from year_pairs

),

rises as (

    select
        measures.*,
        signal_types.magnitude as base_magnitude,
        signal_types.magnitude_per_point,
        signal_types.max_magnitude,
        signal_types.threshold
    from measures
    inner join signal_types on measures.signal_type = signal_types.signal_type
    where
        measures.value_before > 0
        and (measures.value_after - measures.value_before) * 100 >= measures.value_before * signal_types.threshold

),

found as (

    select
        company_id,
        plan_key,
        plan_year,
        received_at,
        ack_ids,
        signal_type,
        variant,
        {# a percentage, halves up #}
        {{ div("200 * (value_after - value_before) + value_before", "2 * value_before") }} as n,
        {# base + points per percent above the threshold, halves up, at most the maximum #}
        case
            when magnitude_per_point is null then base_magnitude
            else least(max_magnitude, {{ div(
                "2 * (base_magnitude - magnitude_per_point * threshold) * value_before"
                ~ " + 200 * magnitude_per_point * (value_after - value_before) + value_before",
                "2 * value_before",
            ) }})
        end as magnitude
    from rises
    union all
    select
        year_pairs.company_id,
        year_pairs.plan_key,
        year_pairs.plan_year,
        year_pairs.received_at,
        concat(year_pairs.earlier_ack_ids, {{ list_separator() }}, year_pairs.ack_ids) as ack_ids,
        set_changes.signal_type,
        'default' as variant,
        set_changes.joined + set_changes.dropped as n,
        signal_types.magnitude
    from year_pairs
    inner join set_changes
        on year_pairs.plan_key = set_changes.plan_key and year_pairs.plan_year = set_changes.plan_year
    inner join signal_types on set_changes.signal_type = signal_types.signal_type
    where set_changes.joined + set_changes.dropped > 0
    union all
    select
        plan_years.company_id,
        plan_years.plan_key,
        plan_years.plan_year,
        plan_years.received_at,
        plan_years.ack_ids,
        signal_types.signal_type,
        'default' as variant,
        plan_years.days_late as n,
        signal_types.magnitude
    from plan_years
    inner join signal_types on signal_types.signal_type = 'late_filing'
    where plan_years.year_recency = 1 and plan_years.days_late > signal_types.threshold
    union all
    select
        plan_years.company_id,
        plan_years.plan_key,
        plan_years.plan_year,
        plan_years.received_at,
        plan_years.ack_ids,
        signal_types.signal_type,
        'default' as variant,
        carrier_counts.carriers as n,
        signal_types.magnitude
    from plan_years
    inner join carrier_counts
        on plan_years.plan_key = carrier_counts.plan_key and plan_years.plan_year = carrier_counts.plan_year
    inner join signal_types on signal_types.signal_type = 'multi_carrier'
    where plan_years.year_recency = 1 and carrier_counts.carriers >= signal_types.threshold

)

select
    found.company_id,
    found.signal_type,
    found.variant,
    cast(found.magnitude as integer) as magnitude,
    found.received_at as detected_at,
    found.received_at + signal_types.valid_days * interval '1 day' as expires_at,
    cast(found.n as bigint) as n,
    cast(null as text) as subject,
    'form_5500' as source_table,
    found.ack_ids as source_record_ids,
    concat(found.plan_key, '|', cast(found.plan_year as text)) as source_key
from found
inner join signal_types on found.signal_type = signal_types.signal_type
