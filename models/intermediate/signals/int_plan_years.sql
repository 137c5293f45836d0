{# the figures of each plan year, with those of the year before if the two can be compared #}
{%- set has_no_number = "filings.plan_key not like '%/___'" -%}
{%- set ids_of_many = join_texts("filings.ack_id", list_separator(), bytewise("filings.ack_id"), has_no_number) -%}
with

filings as (

    select * from {{ ref("int_counted_filings") }}
    where plan_year is not null

),

{# costs count only for welfare plans; a contract without both dates counts as a one-year contract #}
contracts as (

    select
        filings.plan_key,
        filings.plan_year,
        schedules.carrier_ein,
        schedules.carrier_key,
        schedules.charges,
        coalesce(schedules.commissions + schedules.fees, schedules.commissions, schedules.fees) as broker_cost,
        coalesce(
            schedules.policy_to_on - schedules.policy_from_on
            between {{ var("shortest_year_days") }} and {{ var("longest_year_days") }},
            true
        ) as is_of_a_year
    from filings
    inner join {{ ref("stg_schedule_a") }} as schedules on filings.ack_id = schedules.ack_id
    where filings.is_welfare and schedules.rejection_code is null

),

insurance as (

    select
        plan_key,
        plan_year,
        sum(charges) as plan_premium,
        sum(broker_cost) as broker_cost,
        bool_and(is_of_a_year) as is_of_a_year
    from contracts
    group by plan_key, plan_year

),

years as (

    select
        filings.company_id,
        filings.plan_key,
        filings.plan_year,
        filings.is_welfare,
        bool_and(filings.is_comparable) as is_comparable,
        min(filings.first_received_at) as received_at,
        {# a plan with a number has one filing per year, so its ids need no sorting #}
        coalesce({{ ids_of_many }}, min(filings.ack_id)) as ack_ids,
        cast(sum(filings.active_participants) as bigint) as participants,
        sum(case when filings.is_welfare then schedules.employer_contribution end) as employer_contribution,
        max(filings.days_late) as days_late
    from filings
    left join {{ ref("stg_schedule_h") }} as schedules
        on filings.ack_id = schedules.ack_id and schedules.rejection_code is null
    group by filings.company_id, filings.plan_key, filings.plan_year, filings.is_welfare

),

figures as (

    select
        years.*,
        insurance.plan_premium,
        insurance.broker_cost,
        coalesce(insurance.is_of_a_year, true) as has_contracts_of_a_year
    from years
    left join insurance on years.plan_key = insurance.plan_key and years.plan_year = insurance.plan_year

),

year_pairs as (

    select
        later_years.*,
        earlier_years.ack_ids as ack_ids_before,
        earlier_years.participants as participants_before,
        earlier_years.employer_contribution as contribution_before,
        earlier_years.plan_premium as premium_before,
        earlier_years.broker_cost as broker_cost_before,
        later_years.has_contracts_of_a_year and earlier_years.has_contracts_of_a_year as has_two_years_of_contracts
    from figures as later_years
    left join figures as earlier_years
        on
            later_years.plan_key = earlier_years.plan_key
            and later_years.plan_year = earlier_years.plan_year + 1
            and later_years.is_comparable
            and earlier_years.is_comparable

),

{# if a contract is not for one year, only carriers with a one-year contract in both years count #}
lasting_contracts as (

    select
        year_pairs.plan_key,
        year_pairs.plan_year,
        sum(case when contracts.plan_year = year_pairs.plan_year then contracts.charges end) as plan_premium,
        sum(case when contracts.plan_year < year_pairs.plan_year then contracts.charges end) as premium_before,
        sum(case when contracts.plan_year = year_pairs.plan_year then contracts.broker_cost end) as broker_cost,
        sum(case when contracts.plan_year < year_pairs.plan_year then contracts.broker_cost end) as broker_cost_before
    from year_pairs
    inner join contracts
        on year_pairs.plan_key = contracts.plan_key and year_pairs.plan_year - contracts.plan_year between 0 and 1
    where
        not year_pairs.has_two_years_of_contracts
        and contracts.is_of_a_year
        and exists (
            select 1 from contracts as others
            where
                others.plan_key = contracts.plan_key
                and others.plan_year = 2 * year_pairs.plan_year - 1 - contracts.plan_year
                and others.is_of_a_year
                and (others.carrier_ein = contracts.carrier_ein or others.carrier_key = contracts.carrier_key)
        )
    group by year_pairs.plan_key, year_pairs.plan_year

)

select
    year_pairs.company_id,
    year_pairs.plan_key,
    year_pairs.plan_year,
    year_pairs.is_welfare,
    year_pairs.received_at,
    year_pairs.ack_ids,
    year_pairs.days_late,
    year_pairs.plan_year = max(year_pairs.plan_year) over (partition by year_pairs.plan_key) as is_latest,
    year_pairs.ack_ids_before,
    year_pairs.participants,
    year_pairs.participants_before,
    {%- for figure in ["plan_premium", "premium_before", "broker_cost", "broker_cost_before"] %}
    case
        when not year_pairs.has_two_years_of_contracts then lasting_contracts.{{ figure }}
        else year_pairs.{{ figure }}
    end as {{ figure }},
    {%- endfor %}
    year_pairs.employer_contribution,
    year_pairs.contribution_before
from year_pairs
left join lasting_contracts
    on year_pairs.plan_key = lasting_contracts.plan_key and year_pairs.plan_year = lasting_contracts.plan_year
