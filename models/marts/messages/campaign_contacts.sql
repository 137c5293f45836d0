with

campaign_contacts as (

    select * from {{ ref("stg_campaign_contacts") }}
    where rejection_code is null

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
    campaign_contacts.created_at
from campaign_contacts
inner join subjects on campaign_contacts.raw_id = subjects.raw_id
