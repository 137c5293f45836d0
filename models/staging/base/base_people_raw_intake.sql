{{ known_rows("people_raw_intake") }}
