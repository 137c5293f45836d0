{{ known_rows("message_log") }}
