{{ known_rows("slot_assignments") }}
