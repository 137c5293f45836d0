{{ known_rows("email_verification") }}
