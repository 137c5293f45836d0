{{ config(schema="marketing", alias="campaign_contact") }}

select
    campaign_contact_id,
    campaign_id,
    company_id,
    person_id as contact_id,
    created_at
from {{ ref("campaign_contacts") }}
