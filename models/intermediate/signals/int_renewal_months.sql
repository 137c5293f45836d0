{# each company's renewal month: known whatever the day #}
with

companies as (

    select * from {{ ref("int_companies") }}

),

filings as (

    select * from {{ ref("int_counted_filings") }}

),

{# how long before the renewal its window opens where intake does not say #}
usual_notice as (

    select threshold as notice_days
    from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

),

policy_ends as (

    select
        filings.company_id,
        max(schedule_a.policy_to_on) as policy_to_on
    from filings
    inner join {{ ref("stg_schedule_a") }} as schedule_a on filings.ack_id = schedule_a.ack_id
    where schedule_a.rejection_code is null
    group by filings.company_id

),

plan_years as (

    select
        company_id,
        max(plan_year_begin_on) as plan_year_begin_on
    from filings
    group by company_id

)

select
    companies.company_id,
    companies.company_name,
    companies.first_seen_at,
    cast(
        coalesce(
            companies.renewal_month,
            {# the month after the one in which the latest policy ends #}
            case
                when extract(month from policy_ends.policy_to_on) = 12 then 1
                else extract(month from policy_ends.policy_to_on) + 1
            end,
            extract(month from plan_years.plan_year_begin_on)
        ) as integer
    ) as renewal_month,
    case
        when companies.renewal_month is not null then 'intake'
        when policy_ends.policy_to_on is not null then 'schedule_a'
        when plan_years.plan_year_begin_on is not null then 'plan_year'
    end as renewal_month_source,
    cast(coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as integer) as notice_days
from companies
cross join usual_notice
left join policy_ends on companies.company_id = policy_ends.company_id
left join plan_years on companies.company_id = plan_years.company_id
