{{ known_rows("bit_signal") }}
