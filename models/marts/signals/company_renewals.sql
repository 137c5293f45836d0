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

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}

),

{# a green address that has not bounced since and that no order stops #}
green_contacts as (

    select distinct slot_status.company_id
    from {{ ref("int_slot_status") }} as slot_status
    inner join {{ ref("int_people") }} as people on slot_status.person_id = people.person_id
    inner join {{ ref("email_verifications") }} as checks on people.email = checks.email and checks.is_latest
    left join suppressions on people.email = suppressions.email
    where
        checks.email_status = 'green'
        and suppressions.strength is null
        and coalesce(suppressions.bounced_at <= checks.verified_at, true)

),

subjects as (

    select * from {{ ref("int_row_subjects") }}

),

{# clients, and companies with an arranged meeting #}
taken as (

    select subjects.company_id
    from {{ ref("stg_handoffs") }} as handoffs
    inner join subjects on handoffs.raw_id = subjects.raw_id and subjects.raw_table = 'ac_handoff'
    where
        handoffs.rejection_code is null
        and cast(handoffs.created_at as date) >= {{ today() }} - {{ var("handoff_days") }}
    union
    select subjects.company_id
    from {{ ref("stg_bookings") }} as bookings
    inner join subjects on bookings.raw_id = subjects.raw_id and subjects.raw_table = 'booking_event'
    where
        bookings.rejection_code is null
        and cast(coalesce(bookings.event_time, bookings.created_at) as date)
        >= {{ today() }} - {{ var("meeting_days") }}

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
        green_contacts.company_id is not null as has_green_contact,
        coalesce(suppressions.strength is not null, false) as is_suppressed,
        taken.company_id is not null as is_taken
    from companies
    cross join usual_notice
    left join next_renewals on companies.company_id = next_renewals.company_id
    left join green_contacts on companies.company_id = green_contacts.company_id
    left join suppressions on companies.company_id = suppressions.company_id
    left join taken on companies.company_id = taken.company_id

)

select
    company_id,
    company_name,
    renewal_month,
    notice_days,
    next_renewal_on,
    campaign_window_start_on,
    days_until_renewal,
    is_window_open,
    has_green_contact,
    is_suppressed,
    is_window_open and has_green_contact and not is_suppressed and not is_taken as is_campaign_ready
from flagged
