{# an answer counts for the last message sent to the same person before it #}
with

outbound as (

    select
        *,
        lead(sent_at) over (partition by person_id order by sent_at, {{ bytewise("raw_id") }}) as next_sent_at
    from {{ ref("int_messages") }}
    where direction = 'outbound' and rejection_code is null

),

replies as (

    select
        outbound.raw_id,
        min(inbound.sent_at) as replied_at
    from outbound
    inner join {{ ref("int_messages") }} as inbound
        on
            outbound.person_id = inbound.person_id
            and outbound.sent_at < inbound.sent_at
            and (outbound.next_sent_at is null or outbound.next_sent_at > inbound.sent_at)
    where inbound.direction = 'inbound' and inbound.rejection_code is null
    group by outbound.raw_id

),

bookings as (

    select
        outbound.raw_id,
        min(bookings.created_at) as booked_at
    from outbound
    inner join {{ ref("int_bookings") }} as bookings
        on
            outbound.person_id = bookings.person_id
            and outbound.sent_at < bookings.created_at
            and (outbound.next_sent_at is null or outbound.next_sent_at > bookings.created_at)
    where bookings.rejection_code is null
    group by outbound.raw_id

)

select
    outbound.raw_id as message_log_id,
    outbound.company_id,
    outbound.person_id,
    outbound.campaign_id,
    outbound.channel,
    outbound.sent_at,
    replies.replied_at is not null as is_replied,
    replies.replied_at,
    bookings.booked_at is not null as is_booked,
    bookings.booked_at
from outbound
left join replies on outbound.raw_id = replies.raw_id
left join bookings on outbound.raw_id = bookings.raw_id
