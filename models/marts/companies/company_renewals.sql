with

companies as (

    select * from {{ ref("companies") }}

),

{# default number of days before the renewal at which its window opens #}
usual_notice as (

    select threshold as notice_days
    from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

),

{# a renewal today counts as the next one #}
next_renewals as (

    select
        company_id,
        min(renewal_on) as next_renewal_on,
        min(window_start_on) as campaign_window_start_on,
        min(days_left) as days_until_renewal
    from {{ ref("int_renewal_dates") }}
    where days_left >= 0
    group by company_id

),

green_contacts as (

    select distinct slot_status.company_id
    from {{ ref("int_slot_status") }} as slot_status
    inner join {{ ref("int_people") }} as people on slot_status.person_id = people.person_id
    inner join {{ ref("int_email_status") }} as email_status on people.email = email_status.email
    where email_status.email_status = 'green'

),

flagged as (

    select
        companies.company_id,
        companies.company_name,
        companies.renewal_month,
        cast(coalesce(companies.renewal_notice_window_days, usual_notice.notice_days) as integer) as notice_days,
        next_renewals.next_renewal_on,
        next_renewals.campaign_window_start_on,
        cast(next_renewals.days_until_renewal as integer) as days_until_renewal,
        coalesce(next_renewals.campaign_window_start_on <= {{ today() }}, false) as is_window_open,
        green_contacts.company_id is not null as has_green_contact
    from companies
    cross join usual_notice
    left join next_renewals on companies.company_id = next_renewals.company_id
    left join green_contacts on companies.company_id = green_contacts.company_id

)

select
    *,
    is_window_open and has_green_contact as is_campaign_ready
from flagged
