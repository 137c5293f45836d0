{{ known_rows("schedule_a_brokers", filings=ref("base_form_5500")) }}
