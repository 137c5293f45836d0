{{ new_registry_rows(ref("int_person_groups"), "person") }}
