with

renewals as (

    select * from {{ ref("int_renewals") }}

),

green_contacts as (

    select distinct slot_status.company_id
    from {{ ref("int_slot_status") }} as slot_status
    inner join {{ ref("int_people") }} as people on slot_status.person_id = people.person_id
    inner join {{ ref("int_email_status") }} as email_status on people.email = email_status.email
    where email_status.email_status = 'green'

)

select
    renewals.company_id,
    renewals.company_name,
    renewals.renewal_month,
    renewals.notice_days,
    renewals.next_renewal_on,
    renewals.campaign_window_start_on,
    cast(renewals.days_until_renewal as integer) as days_until_renewal,
    coalesce(renewals.campaign_window_start_on <= {{ today() }}, false) as is_window_open,
    green_contacts.company_id is not null as has_green_contact,
    coalesce(renewals.campaign_window_start_on <= {{ today() }}, false) and green_contacts.company_id is not null
        as is_campaign_ready
from renewals
left join green_contacts on renewals.company_id = green_contacts.company_id
