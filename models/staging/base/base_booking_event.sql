{{ known_rows("booking_event") }}
