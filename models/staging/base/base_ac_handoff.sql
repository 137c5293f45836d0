{{ known_rows("ac_handoff") }}
