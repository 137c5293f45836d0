{# the renewals around today: last year's, this year's, and those of the next two years #}
with

companies as (

    select * from {{ ref("companies") }}
    where renewal_month is not null

),

{# default number of days before the renewal at which its window opens #}
usual_notice as (

    select threshold as notice_days
    from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

),

year_offsets as (

    select -1 as years
    union all
    select 0 as years
    union all
    select 1 as years
    union all
    select 2 as years

),

dated as (

    select
        companies.company_id,
        companies.first_seen_at,
        companies.renewal_month_source,
        coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as notice_days,
        cast(
            cast(
                concat('{{ as_of_text()[:4] }}-', lpad(cast(companies.renewal_month as text), 2, '0'), '-01') as date
            ) + year_offsets.years * interval '1 year' as date
        ) as renewal_on
    from companies
    cross join usual_notice
    cross join year_offsets

)

select
    company_id,
    first_seen_at,
    renewal_month_source,
    renewal_on,
    cast(renewal_on - notice_days * interval '1 day' as date) as window_start_on,
    {{ days_between(today(), "renewal_on") }} as days_left
from dated
