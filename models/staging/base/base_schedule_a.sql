{{ known_rows("schedule_a", filings=ref("base_form_5500")) }}
