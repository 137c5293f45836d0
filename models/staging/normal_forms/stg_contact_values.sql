{# which raw column holds which kind of value #}
{%- set columns = [
    ("base_company_raw_intake", "company_name", "company_name"),
    ("base_company_raw_intake", "ein", "ein"),
    ("base_company_raw_intake", "website", "website"),
    ("base_company_raw_intake", "linkedin_url", "linkedin_company"),
    ("base_company_raw_intake", "phone", "phone"),
    ("base_company_raw_intake", "state", "state"),
    ("base_company_raw_intake", "postal_code", "postal_code"),
    ("base_people_raw_intake", person_name_text(), "person_name"),
    ("base_people_raw_intake", "title", "title"),
    ("base_people_raw_intake", "email", "email"),
    ("base_people_raw_intake", "phone", "phone"),
    ("base_people_raw_intake", "linkedin_url", "linkedin_person"),
    ("base_people_raw_intake", "company_website", "website"),
    ("base_people_raw_intake", "company_name", "company_name"),
    ("base_people_raw_intake", "state", "state"),
    ("base_email_verification", "email", "email"),
    ("base_bit_signal", "payload", "json"),
    ("base_talent_flow_movements", "old_company_website", "website"),
    ("base_talent_flow_movements", "new_company_website", "website"),
    ("base_talent_flow_movements", "old_title", "title"),
    ("base_talent_flow_movements", "new_title", "title"),
    ("base_suppression", "email", "email"),
] + filing_columns() -%}
{%- set people_tables = [
    "base_slot_assignments", "base_bit_signal", "base_contact_enrichment", "base_campaign_contact", "base_message_log",
    "base_booking_event", "base_ac_handoff",
] -%}
{%- for model in people_tables + ["base_blog_articles", "base_suppression"] -%}
    {%- do columns.extend([
        (model, "company_website", "website"),
        (model, "ein", "ein"),
        (model, "company_name", "company_name"),
        (model, "state", "state"),
    ]) -%}
{%- endfor -%}
{%- for model in people_tables + ["base_talent_flow_movements"] -%}
    {%- do columns.extend([
        (model, "linkedin_url", "linkedin_person"),
        (model, "email", "email"),
        (model, "full_name", "person_name"),
    ]) -%}
{%- endfor -%}

{{ distinct_values(columns) }}
