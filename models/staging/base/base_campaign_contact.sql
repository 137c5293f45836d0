{{ known_rows("campaign_contact") }}
