{{ known_rows("talent_flow_movements") }}
