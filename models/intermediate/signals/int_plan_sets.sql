{# the carriers and brokers of each welfare plan and year, and how many joined or left since the year before #}
{%- set year_bit = "(cast(1 as bigint) << cast((%s) %% 60 as integer))" -%}
with

filings as (

    select * from {{ ref("int_counted_filings") }}
    where is_welfare and plan_year is not null

),

{# one row per spelling: a carrier has a normalised name and an EIN, or one of them; a broker has a name #}
spellings as (

    select
        'carrier_change' as signal_type,
        filings.plan_key,
        filings.plan_year,
        schedules.carrier_ein as ein,
        schedules.carrier_key as name_key,
        min({{ bytewise("schedules.carrier_name") }}) as display_name
    from filings
    inner join {{ ref("stg_schedule_a") }} as schedules on filings.ack_id = schedules.ack_id
    where schedules.rejection_code is null and coalesce(schedules.carrier_ein, schedules.carrier_key) is not null
    group by filings.plan_key, filings.plan_year, schedules.carrier_ein, schedules.carrier_key
    union all
    select
        'broker_change' as signal_type,
        filings.plan_key,
        filings.plan_year,
        cast(null as text) as ein,
        brokers.broker_key as name_key,
        min({{ bytewise("brokers.broker_name") }}) as display_name
    from filings
    inner join {{ ref("stg_schedule_a_brokers") }} as brokers on filings.ack_id = brokers.ack_id
    where brokers.rejection_code is null and brokers.broker_key is not null
    group by filings.plan_key, filings.plan_year, brokers.broker_key

),

{# the years in which a name or an EIN occurs, as bits of a number #}
names as (

    select
        signal_type,
        plan_key,
        name_key,
        min(ein) as ein,
        bit_or({{ year_bit % "plan_year" }}) as years
    from spellings
    where name_key is not null
    group by signal_type, plan_key, name_key

),

eins as (

    select
        plan_key,
        ein,
        bit_or({{ year_bit % "plan_year" }}) as years
    from spellings
    where ein is not null
    group by plan_key, ein

),

members as (

    select
        spellings.signal_type,
        spellings.plan_key,
        spellings.plan_year,
        coalesce(names.ein, spellings.ein, spellings.name_key) as member,
        min({{ bytewise("coalesce(spellings.display_name, spellings.ein)") }}) as display_name,
        bit_or(coalesce(names.years, 0) | coalesce(eins.years, 0)) as years
    from spellings
    left join names
        on
            spellings.signal_type = names.signal_type
            and spellings.plan_key = names.plan_key
            and spellings.name_key = names.name_key
    left join eins on spellings.plan_key = eins.plan_key and spellings.ein = eins.ein
    group by
        spellings.signal_type,
        spellings.plan_key,
        spellings.plan_year,
        coalesce(names.ein, spellings.ein, spellings.name_key)

),

sets as (

    select
        signal_type,
        plan_key,
        plan_year,
        count(*) as members,
        sum(case when years & {{ year_bit % "plan_year - 1" }} = 0 then 1 else 0 end) as new_members,
        sum(case when years & {{ year_bit % "plan_year + 1" }} = 0 then 1 else 0 end) as leaving_members,
        {{ join_texts("display_name", list_separator(), bytewise("display_name")) }} as names
    from members
    group by signal_type, plan_key, plan_year

)

{# if the set of the year before is empty, nothing is compared #}
select
    sets.signal_type,
    sets.plan_key,
    sets.plan_year,
    sets.members,
    sets.names,
    earlier_sets.names as names_before,
    case when earlier_sets.members is not null then sets.new_members end as joined,
    earlier_sets.leaving_members as dropped
from sets
left join sets as earlier_sets
    on
        sets.signal_type = earlier_sets.signal_type
        and sets.plan_key = earlier_sets.plan_key
        and sets.plan_year = earlier_sets.plan_year + 1
