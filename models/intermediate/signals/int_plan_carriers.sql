{# the insurers of each plan and year: by EIN where one is given, else by normalised name #}
with

lines as (

    select
        filings.company_id,
        filings.plan_key,
        filings.plan_year,
        schedule_a.carrier_key,
        schedule_a.carrier_ein
    from {{ ref("int_counted_filings") }} as filings
    inner join {{ ref("stg_schedule_a") }} as schedule_a on filings.ack_id = schedule_a.ack_id
    where schedule_a.rejection_code is null and coalesce(schedule_a.carrier_ein, schedule_a.carrier_key) is not null

),

{# a name that comes without its EIN in one year has it from another year of the plan #}
eins_by_name as (

    select
        plan_key,
        carrier_key,
        min({{ bytewise("carrier_ein") }}) as carrier_ein
    from lines
    where carrier_ein is not null and carrier_key is not null
    group by plan_key, carrier_key

)

select distinct
    lines.company_id,
    lines.plan_key,
    lines.plan_year,
    coalesce(lines.carrier_ein, eins_by_name.carrier_ein, lines.carrier_key) as carrier
from lines
left join eins_by_name
    on lines.plan_key = eins_by_name.plan_key and lines.carrier_key = eins_by_name.carrier_key
