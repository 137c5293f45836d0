"""Normal forms of contact details, once per distinct value; a change of rules or libraries computes all anew."""

import pyarrow as pa

from slotwatch.normal_forms import forms_version, normalise


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key=["kind", "raw_value"])
    word_lists = {
        "accented_names": dbt.ref("accented_names").to_arrow_table(),
        "carrier_aliases": dbt.ref("carrier_aliases").to_arrow_table(),
        "carrier_words": dbt.ref("carrier_words").to_arrow_table(),
        "legal_suffixes": dbt.ref("legal_suffixes").to_arrow_table(),
        "name_words": dbt.ref("name_words").to_arrow_table(),
        "personal_email_domains": dbt.ref("personal_email_domains").to_arrow_table(),
        "phone_words": dbt.ref("phone_words").to_arrow_table(),
        "placeholder_names": dbt.ref("placeholder_names").to_arrow_table(),
        "role_mailboxes": dbt.ref("role_mailboxes").to_arrow_table(),
        "shared_hosts": dbt.ref("shared_hosts").to_arrow_table(),
        "state_spellings": dbt.ref("state_spellings").to_arrow_table(),
        "title_synonyms": dbt.ref("title_synonyms").to_arrow_table(),
    }
    version = forms_version(word_lists)
    values = dbt.ref("stg_contact_values")
    if dbt.is_incremental:
        known = session.query(f"select kind, raw_value from {dbt.this} where forms_version = '{version}'")
        values = values.join(known.set_alias("known"), "kind, raw_value", how="anti")
    forms = normalise(values.to_arrow_table(), word_lists)
    return session.from_arrow(forms.append_column("forms_version", pa.array([version] * forms.num_rows, pa.string())))
