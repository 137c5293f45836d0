{{ known_rows("form_5500") }}
