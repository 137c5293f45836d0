select
    raw_id as campaign_contact_id,
    campaign_id,
    company_id,
    person_id,
    created_at
from {{ ref("int_campaign_contacts") }}
where rejection_code is null
