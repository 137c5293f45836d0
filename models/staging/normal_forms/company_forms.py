"""Normal forms of the values that identify a company, one row per distinct value."""

from slotwatch.normal_forms.families import family_forms


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {
        "legal_suffixes": dbt.ref("legal_suffixes"),
        "personal_email_domains": dbt.ref("personal_email_domains"),
        "phone_words": dbt.ref("phone_words"),
        "placeholder_names": dbt.ref("placeholder_names"),
        "shared_hosts": dbt.ref("shared_hosts"),
        "state_spellings": dbt.ref("state_spellings"),
    }
    existing = dbt.this if dbt.is_incremental else None
    return family_forms("company", dbt.ref("stg_contact_values"), word_lists, session, existing)
