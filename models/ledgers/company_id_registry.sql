{{ new_registry_rows(ref("int_company_groups"), "company") }}
