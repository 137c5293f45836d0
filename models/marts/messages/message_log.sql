select
    raw_id as message_log_id,
    campaign_id,
    company_id,
    person_id,
    direction,
    channel,
    message_kind,
    subject,
    body,
    sent_at
from {{ ref("int_messages") }}
where rejection_code is null
