with

messages as (

    select * from {{ ref("stg_messages") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'message_log' and rejection_code is null

)

select
    messages.raw_id as message_log_id,
    messages.campaign_id,
    subjects.company_id,
    subjects.person_id,
    messages.direction,
    messages.channel,
    messages.message_kind,
    messages.subject,
    messages.body,
    messages.sent_at
from messages
inner join subjects on messages.raw_id = subjects.raw_id
