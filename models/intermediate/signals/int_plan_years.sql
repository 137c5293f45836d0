{{ config(materialized="view") }}
{# the figures of each plan year, added up over its filings and their schedules #}
with

counted_filings as (

    select * from {{ ref("int_counted_filings") }}
    where plan_year is not null

),

insurance as (

    select
        ack_id,
        sum(charges) as charges,
        sum(commissions) as commissions,
        sum(fees) as fees
    from {{ ref("stg_schedule_a") }}
    where rejection_code is null
    group by ack_id

),

contributions as (

    select
        ack_id,
        sum(employer_contribution) as employer_contribution
    from {{ ref("stg_schedule_h") }}
    where rejection_code is null
    group by ack_id

)

select
    counted_filings.company_id,
    counted_filings.plan_key,
    counted_filings.plan_year,
    max(counted_filings.received_at) as received_at,
    {{ join_texts("counted_filings.ack_id", list_separator(), bytewise("counted_filings.ack_id")) }} as ack_ids,
    cast(sum(counted_filings.active_participants) as bigint) as participants,
    sum(contributions.employer_contribution) as employer_contribution,
    sum(insurance.charges) as plan_premium,
    case
        when sum(insurance.commissions) is not null or sum(insurance.fees) is not null
            then coalesce(sum(insurance.commissions), 0) + coalesce(sum(insurance.fees), 0)
    end as broker_cost,
    max({{ days_between("counted_filings.plan_year_end_on", "counted_filings.received_at") }})
    - {{ var("filing_due_days") }} as days_late,
    row_number() over (
        partition by counted_filings.plan_key order by counted_filings.plan_year desc
    ) as year_recency
from counted_filings
left join insurance on counted_filings.ack_id = insurance.ack_id
left join contributions on counted_filings.ack_id = contributions.ack_id
group by counted_filings.company_id, counted_filings.plan_key, counted_filings.plan_year
