{{ new_registry_rows(ref("int_person_groups"), "person", other_ids=ref("int_company_aliases")) }}
