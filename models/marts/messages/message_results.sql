{# An answer counts for the last message that was sent to the same person before it. #}
with

messages as (

    select * from {{ ref("message_log") }}

),

outbound as (

    select
        *,
        lead(sent_at) over (partition by person_id order by sent_at, {{ bytewise("message_log_id") }}) as next_sent_at
    from messages
    where direction = 'outbound'

),

replies as (

    select
        outbound.message_log_id,
        min(inbound.sent_at) as replied_at,
        (array_agg(inbound.reply_class order by inbound.sent_at, {{ bytewise("inbound.message_log_id") }}))[1]
            as reply_class
    from outbound
    inner join messages as inbound
        on
            outbound.person_id = inbound.person_id
            and outbound.sent_at < inbound.sent_at
            and (outbound.next_sent_at is null or outbound.next_sent_at > inbound.sent_at)
    {# automatic answers and bounces do not count as answers #}
    where inbound.direction = 'inbound' and inbound.reply_class not in ('automatic', 'delivery_failure')
    group by outbound.message_log_id

),

{# the last wording of the message that was queued before it was sent #}
wordings as (

    select
        outbound.message_log_id,
        history.template_id,
        history.pressure_class,
        history.role,
        history.band,
        history.touch_number,
        row_number() over (partition by outbound.message_log_id order by history.queued_at desc nulls last) as recency
    from outbound
    inner join {{ ref("message_history") }} as history
        on outbound.message_id = history.message_id and outbound.sent_at >= history.queued_at

),

bookings as (

    select
        outbound.message_log_id,
        min(bookings.created_at) as booked_at
    from outbound
    inner join {{ ref("booking_events") }} as bookings
        on
            outbound.person_id = bookings.person_id
            and outbound.sent_at < bookings.created_at
            and (outbound.next_sent_at is null or outbound.next_sent_at > bookings.created_at)
    group by outbound.message_log_id

)

select
    outbound.message_log_id,
    outbound.message_id,
    outbound.company_id,
    outbound.person_id,
    outbound.campaign_id,
    wordings.template_id,
    wordings.pressure_class,
    wordings.role,
    wordings.band,
    wordings.touch_number,
    outbound.channel,
    outbound.sent_at,
    replies.replied_at is not null as is_replied,
    replies.replied_at,
    replies.reply_class,
    bookings.booked_at is not null as is_booked,
    bookings.booked_at
from outbound
left join wordings on outbound.message_log_id = wordings.message_log_id and wordings.recency = 1
left join replies on outbound.message_log_id = replies.message_log_id
left join bookings on outbound.message_log_id = bookings.message_log_id
