{{ known_rows("contact_enrichment") }}
