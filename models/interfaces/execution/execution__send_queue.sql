{{ config(schema="execution", alias="send_queue") }}

select
    message_id,
    outreach_id,
    role as slot_type,
    person_id as barton_id,
    channel,
    subject,
    body,
    proof_id,
    proof_line,
    status,
    queued_at
from {{ ref("send_queue") }}
