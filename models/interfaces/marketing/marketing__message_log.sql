{{ config(schema="marketing", alias="message_log") }}

select
    message_log_id,
    campaign_id,
    company_id,
    person_id as contact_id,
    direction,
    channel,
    message_kind,
    subject,
    body,
    sent_at
from {{ ref("message_log") }}
