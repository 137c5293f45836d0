"""Normal forms of job titles and payloads, once per distinct value."""

from slotwatch.normal_forms import family_forms


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {"title_synonyms": dbt.ref("title_synonyms")}
    existing = dbt.this if dbt.is_incremental else None
    return session.from_arrow(family_forms("text", dbt.ref("stg_contact_values"), word_lists, session, existing))
