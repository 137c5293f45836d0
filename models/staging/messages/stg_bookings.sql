with

bookings as (

    select
        *,
        {{ to_timestamp_or_null("event_time") }} as event_moment
    from {{ ref("base_booking_event") }}

)

select
    raw_id,
    known_at as created_at,
    event_moment as event_time,
    source,
    unreadable_versions,
    rejection_code,
    rejection_detail,
    {{ unreadable_values([("event_time", "event_time", "event_moment")]) }} as unreadable_values
from bookings
