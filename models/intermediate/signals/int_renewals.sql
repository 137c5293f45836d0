{# the dates that follow from each company's renewal month #}
with

companies as (

    select * from {{ ref("companies") }}

),

{# how long before the renewal its window opens where intake does not say #}
usual_notice as (

    select threshold as notice_days
    from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

),

renewal_months as (

    select
        companies.company_id,
        companies.company_name,
        companies.first_seen_at,
        companies.renewal_month,
        companies.renewal_month_source,
        cast(coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as integer) as notice_days
    from companies
    cross join usual_notice

),

this_year as (

    select
        *,
        cast(
            concat('{{ as_of_text()[:4] }}-', lpad(cast(renewal_month as text), 2, '0'), '-01') as date
        ) as renewal_this_year_on
    from renewal_months
    where renewal_month is not null

),

next_dates as (

    select
        company_id,
        renewal_this_year_on,
        case
            when {{ today() }} <= renewal_this_year_on then renewal_this_year_on
            else cast(renewal_this_year_on + interval '1 year' as date)
        end as next_renewal_on
    from this_year

)

select
    renewal_months.company_id,
    renewal_months.company_name,
    renewal_months.first_seen_at,
    renewal_months.renewal_month,
    renewal_months.renewal_month_source,
    renewal_months.notice_days,
    next_dates.next_renewal_on,
    cast(next_dates.next_renewal_on - renewal_months.notice_days * interval '1 day' as date)
        as campaign_window_start_on,
    {{ days_between(today(), "next_dates.next_renewal_on") }} as days_until_renewal,
    next_dates.renewal_this_year_on
from renewal_months
left join next_dates on renewal_months.company_id = next_dates.company_id
