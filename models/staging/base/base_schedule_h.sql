{{ known_rows("schedule_h", filings=ref("base_form_5500")) }}
