{{ config(materialized="view") }}
{# how many carriers and brokers of a plan joined or left from one year to the next #}
with

members as (

    select
        'carrier_change' as signal_type,
        plan_key,
        plan_year,
        carrier as member
    from {{ ref("int_plan_carriers") }}
    union all
    select
        'broker_change' as signal_type,
        plan_key,
        plan_year,
        broker as member
    from {{ ref("int_plan_brokers") }}

),

{# an empty set before or after says nothing: both years must name somebody #}
year_pairs as (

    select distinct
        later_years.signal_type,
        later_years.plan_key,
        later_years.plan_year
    from members as later_years
    inner join members as earlier_years
        on
            later_years.signal_type = earlier_years.signal_type
            and later_years.plan_key = earlier_years.plan_key
            and later_years.plan_year = earlier_years.plan_year + 1

),

{# each member of either year; one that is there in both years appears twice #}
appearances as (

    select
        year_pairs.signal_type,
        year_pairs.plan_key,
        year_pairs.plan_year,
        members.member,
        count(*) as years_present,
        max(members.plan_year) as last_year
    from year_pairs
    inner join members
        on
            year_pairs.signal_type = members.signal_type
            and year_pairs.plan_key = members.plan_key
            and members.plan_year between year_pairs.plan_year - 1 and year_pairs.plan_year
    group by year_pairs.signal_type, year_pairs.plan_key, year_pairs.plan_year, members.member

)

select
    signal_type,
    plan_key,
    plan_year,
    count(case when years_present = 1 and last_year = plan_year then 1 end) as joined,
    count(case when years_present = 1 and last_year < plan_year then 1 end) as dropped
from appearances
group by signal_type, plan_key, plan_year
