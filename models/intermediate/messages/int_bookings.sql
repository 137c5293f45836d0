{{ resolved_contacts("booking_event", ref("stg_bookings"), ["event_time", "source", "created_at"]) }}

select * from resolved
