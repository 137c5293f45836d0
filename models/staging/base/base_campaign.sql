{{ known_rows("campaign") }}
