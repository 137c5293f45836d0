with

campaign_contacts as (

    {{ known_rows("campaign_contact") }}

)

select
    raw_id,
    known_at as created_at,
    campaign_id,
    {{ columns_read_later("campaign_contact") }},
    unreadable_versions,
    rejection_code,
    rejection_detail,
    cast(null as text) as unreadable_values
from campaign_contacts
