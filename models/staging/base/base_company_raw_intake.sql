{{ known_rows("company_raw_intake", facts=["company_name", "state", "website", "ein"]) }}
