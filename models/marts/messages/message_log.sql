with

messages as (

    select * from {{ ref("stg_messages") }}
    where rejection_code is null

),

replies as (

    select * from {{ ref("text_forms") }}
    where kind = 'reply'

),

emails as (

    select * from {{ ref("person_forms") }}
    where kind = 'email'

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'message_log' and rejection_code is null

)

select
    messages.raw_id as message_log_id,
    messages.message_id,
    messages.campaign_id,
    subjects.company_id,
    subjects.person_id,
    messages.direction,
    messages.channel,
    messages.message_kind,
    messages.subject,
    messages.body,
    emails.normal_value as email,
    replies.normal_value as reply_class,
    messages.sent_at
from messages
inner join subjects on messages.raw_id = subjects.raw_id
left join replies on messages.reply_text = replies.raw_value
left join emails on messages.email = emails.raw_value
