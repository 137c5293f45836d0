{# the copy check is `slotwatch.messages.check_copy`: each queued text must be one that it passed under today's rules #}
with

queued as (

    select * from {{ ref("send_queue") }}

),

written as (

    select
        *,
        min(copy_version) over () <> max(copy_version) over () as is_of_several_versions
    from {{ ref("written_messages") }}

)

select
    queued.message_id,
    case
        when written.message_id is null then 'the copy check has not seen this text'
        when written.broken_rules is not null then written.broken_rules
        else 'the copy was checked by other rules than those of other messages'
    end as problem
from queued
left join written
    on
        queued.message_id = written.message_id
        and queued.subject = written.subject
        and queued.body = written.body
where written.message_id is null or written.broken_rules is not null or written.is_of_several_versions
