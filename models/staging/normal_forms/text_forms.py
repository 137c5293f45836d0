"""Normal forms of job titles, payloads and answers, one row per distinct value."""

from slotwatch.normal_forms.families import family_forms


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {
        "legal_suffixes": dbt.ref("legal_suffixes"),
        "name_words": dbt.ref("name_words"),
        "placeholder_titles": dbt.ref("placeholder_titles"),
        "reply_phrases": dbt.ref("reply_phrases"),
        "title_exclusions": dbt.ref("title_exclusions"),
        "title_job_words": dbt.ref("title_job_words"),
        "title_ranks": dbt.ref("title_ranks"),
        "title_spellings": dbt.ref("title_spellings"),
        "title_unit_words": dbt.ref("title_unit_words"),
    }
    existing = dbt.this if dbt.is_incremental else None
    return family_forms("text", dbt.ref("stg_contact_values"), word_lists, session, existing)
