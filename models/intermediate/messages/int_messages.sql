{{ resolved_contacts(
    "message_log",
    ref("stg_messages"),
    ["campaign_id", "direction", "channel", "message_kind", "subject", "body", "sent_at"],
) }},

campaigns as (

    select campaign_id from {{ ref("int_campaigns") }}

)

select
    resolved.*,
    resolved.campaign_id is not null and campaigns.campaign_id is null as is_campaign_unknown
from resolved
left join campaigns on resolved.campaign_id = campaigns.campaign_id
