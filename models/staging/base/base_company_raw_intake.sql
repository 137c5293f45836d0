{{ known_rows("company_raw_intake") }}
