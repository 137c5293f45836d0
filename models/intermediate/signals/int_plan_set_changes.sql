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

sets as (

    select
        members.signal_type,
        members.plan_key,
        members.plan_year,
        count(*) as members,
        count(earlier_members.member) as stayed
    from members
    left join members as earlier_members
        on
            members.signal_type = earlier_members.signal_type
            and members.plan_key = earlier_members.plan_key
            and members.member = earlier_members.member
            and members.plan_year = earlier_members.plan_year + 1
    group by members.signal_type, members.plan_key, members.plan_year

)

{# an empty set before or after says nothing: both years must name somebody #}
select
    sets.signal_type,
    sets.plan_key,
    sets.plan_year,
    sets.members - sets.stayed as joined,
    earlier_sets.members - sets.stayed as dropped
from sets
inner join sets as earlier_sets
    on
        sets.signal_type = earlier_sets.signal_type
        and sets.plan_key = earlier_sets.plan_key
        and sets.plan_year = earlier_sets.plan_year + 1
