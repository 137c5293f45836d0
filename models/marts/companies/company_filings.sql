{# the latest plan year of each company, with the insurer and the broker that its welfare plans paid most #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

filing_companies as (

    select
        company_keys.company_id,
        max(filings.received_at) as last_received_at
    from {{ ref("stg_form_5500") }} as filings
    inner join {{ ref("int_company_keys") }} as company_keys
        on company_keys.step = 3 and filings.ein = company_keys.key_value
    where filings.rejection_code is null
    group by company_keys.company_id

),

counted_filings as (

    select * from {{ ref("int_counted_filings") }}

),

latest_years as (

    select
        company_id,
        max(plan_year) as plan_year,
        max(case when is_welfare then plan_year end) as welfare_plan_year
    from counted_filings
    group by company_id

),

latest_filings as (

    select
        counted_filings.company_id,
        counted_filings.ack_id
    from counted_filings
    inner join latest_years
        on
            counted_filings.company_id = latest_years.company_id
            and counted_filings.plan_year = latest_years.welfare_plan_year
    where counted_filings.is_welfare

),

carriers as (

    select
        latest_filings.company_id,
        min({{ bytewise("schedule_a.carrier_name") }}) as carrier_name,
        row_number() over (
            partition by latest_filings.company_id
            order by sum(schedule_a.charges) desc nulls last, {{ bytewise("schedule_a.carrier_key") }}
        ) as carrier_rank
    from latest_filings
    inner join {{ ref("stg_schedule_a") }} as schedule_a on latest_filings.ack_id = schedule_a.ack_id
    where schedule_a.rejection_code is null and schedule_a.carrier_key is not null
    group by latest_filings.company_id, schedule_a.carrier_key

),

brokers as (

    select
        latest_filings.company_id,
        min({{ bytewise("brokers.broker_name") }}) as broker_name,
        row_number() over (
            partition by latest_filings.company_id
            order by
                sum(coalesce(brokers.commissions, 0) + coalesce(brokers.fees, 0)) desc nulls last,
                {{ bytewise("brokers.broker_key") }}
        ) as broker_rank
    from latest_filings
    inner join {{ ref("stg_schedule_a_brokers") }} as brokers on latest_filings.ack_id = brokers.ack_id
    where brokers.rejection_code is null and brokers.broker_key is not null
    group by latest_filings.company_id, brokers.broker_key

)

select
    companies.company_id,
    filing_companies.company_id is not null as filing_present,
    cast(latest_years.plan_year as integer) as latest_plan_year,
    filing_companies.last_received_at,
    carriers.carrier_name as carrier,
    brokers.broker_name as broker_or_advisor
from companies
left join filing_companies on companies.company_id = filing_companies.company_id
left join latest_years on companies.company_id = latest_years.company_id
left join carriers on companies.company_id = carriers.company_id and carriers.carrier_rank = 1
left join brokers on companies.company_id = brokers.company_id and brokers.broker_rank = 1
