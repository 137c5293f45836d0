"""Normal forms of the values that identify a person, one row per distinct value."""

from slotwatch.normal_forms.families import family_forms


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {
        "accented_names": dbt.ref("accented_names"),
        "name_words": dbt.ref("name_words"),
        "personal_email_domains": dbt.ref("personal_email_domains"),
        "phone_words": dbt.ref("phone_words"),
        "placeholder_emails": dbt.ref("placeholder_emails"),
        "placeholder_names": dbt.ref("placeholder_names"),
        "role_mailboxes": dbt.ref("role_mailboxes"),
        "title_job_words": dbt.ref("title_job_words"),
        "title_ranks": dbt.ref("title_ranks"),
        "title_spellings": dbt.ref("title_spellings"),
    }
    existing = dbt.this if dbt.is_incremental else None
    return family_forms("person", dbt.ref("stg_contact_values"), word_lists, session, existing)
