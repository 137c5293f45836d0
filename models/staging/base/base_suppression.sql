{{ known_rows("suppression") }}
