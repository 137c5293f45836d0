"""Normal forms of the values in filings, one row per distinct value."""

from slotwatch.normal_forms.families import family_forms


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {
        "carrier_aliases": dbt.ref("carrier_aliases"),
        "carrier_words": dbt.ref("carrier_words"),
        "legal_suffixes": dbt.ref("legal_suffixes"),
        "placeholder_names": dbt.ref("placeholder_names"),
        "state_spellings": dbt.ref("state_spellings"),
    }
    existing = dbt.this if dbt.is_incremental else None
    return family_forms("filing", dbt.ref("stg_filing_values"), word_lists, session, existing)
