with

bookings as (

    {{ known_rows("booking_event") }}

),

typed as (

    select
        *,
        {{ to_timestamp_or_null("event_time") }} as event_moment
    from bookings

)

select
    raw_id,
    known_at as created_at,
    event_moment as event_time,
    source,
    {{ columns_read_later("booking_event") }},
    unreadable_versions,
    rejection_code,
    rejection_detail,
    {{ unreadable_values([("event_time", "event_time", "event_moment")]) }} as unreadable_values
from typed
