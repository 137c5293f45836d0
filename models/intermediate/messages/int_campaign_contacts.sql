{{ resolved_contacts(
    "campaign_contact",
    ref("stg_campaign_contacts"),
    ["campaign_id", "created_at"],
    needs_person=true,
) }},

campaigns as (

    select campaign_id from {{ ref("int_campaigns") }}

)

select
    resolved.*,
    campaigns.campaign_id is null as is_campaign_unknown
from resolved
left join campaigns on resolved.campaign_id = campaigns.campaign_id
