with

campaign_contacts as (

    select * from {{ ref("stg_campaign_contacts") }}
    where rejection_code is null

),

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}
    where strength is not null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'campaign_contact' and rejection_code is null

)

select
    campaign_contacts.raw_id as campaign_contact_id,
    campaign_contacts.campaign_id,
    subjects.company_id,
    subjects.person_id,
    coalesce(of_companies.strength, of_emails.strength) is not null as is_suppressed,
    case
        when of_emails.strength < of_companies.strength or of_companies.strength is null then of_emails.reason
        else of_companies.reason
    end as suppression_reason,
    campaign_contacts.created_at
from campaign_contacts
inner join subjects on campaign_contacts.raw_id = subjects.raw_id
left join {{ ref("people") }} as people on subjects.person_id = people.person_id
left join suppressions as of_companies on subjects.company_id = of_companies.company_id
left join suppressions as of_emails on people.email = of_emails.email
