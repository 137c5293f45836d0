{# how many carriers and brokers a plan has in each year, and how many joined or left since the year before #}
with

filings as (

    select * from {{ ref("int_counted_filings") }}

),

carrier_lines as (

    select
        filings.plan_key,
        filings.plan_year,
        schedule_a.carrier_key,
        schedule_a.carrier_ein
    from filings
    inner join {{ ref("stg_schedule_a") }} as schedule_a on filings.ack_id = schedule_a.ack_id
    where schedule_a.rejection_code is null and coalesce(schedule_a.carrier_ein, schedule_a.carrier_key) is not null

),

{# a carrier name without an EIN takes the EIN that it has in another year of the plan #}
eins_by_name as (

    select
        plan_key,
        carrier_key,
        min({{ bytewise("carrier_ein") }}) as carrier_ein
    from carrier_lines
    where carrier_ein is not null and carrier_key is not null
    group by plan_key, carrier_key

),

{# carriers are compared by EIN if there is one, else by normalised name; brokers by normalised name #}
members as (

    select
        'carrier_change' as signal_type,
        carrier_lines.plan_key,
        carrier_lines.plan_year,
        coalesce(carrier_lines.carrier_ein, eins_by_name.carrier_ein, carrier_lines.carrier_key) as member
    from carrier_lines
    left join eins_by_name
        on carrier_lines.plan_key = eins_by_name.plan_key and carrier_lines.carrier_key = eins_by_name.carrier_key
    union
    select
        'broker_change' as signal_type,
        filings.plan_key,
        filings.plan_year,
        brokers.broker_key as member
    from filings
    inner join {{ ref("stg_schedule_a_brokers") }} as brokers on filings.ack_id = brokers.ack_id
    where brokers.rejection_code is null and brokers.broker_key is not null

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

{# if the set of the year before is empty, nothing is compared #}
select
    sets.signal_type,
    sets.plan_key,
    sets.plan_year,
    sets.members,
    case when earlier_sets.members is not null then sets.members - sets.stayed end as joined,
    earlier_sets.members - sets.stayed as dropped
from sets
left join sets as earlier_sets
    on
        sets.signal_type = earlier_sets.signal_type
        and sets.plan_key = earlier_sets.plan_key
        and sets.plan_year = earlier_sets.plan_year + 1
