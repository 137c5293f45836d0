"""The copy of each message and the copy rules that it breaks. A message is rendered again when its facts change."""

from slotwatch.messages import FACTS, Sender, copy_version, render_in_batches


def model(dbt, session):
    dbt.config(materialized="incremental", incremental_strategy="delete+insert", unique_key="message_id")
    sender = Sender(
        dbt.config.get("sender_name"),
        dbt.config.get("sender_company"),
        dbt.config.get("sender_address"),
        dbt.config.get("opt_out_line"),
    )
    templates = dbt.ref("message_templates").to_arrow_table()
    clauses = dbt.ref("evidence_clauses").to_arrow_table()
    phrases = dbt.ref("forbidden_phrases").to_arrow_table()
    settings = dbt.ref("copy_settings").to_arrow_table()
    version = copy_version(templates, clauses, phrases, settings, sender=sender)
    candidates = dbt.ref("int_message_checks").filter("denial_reason is null").select(FACTS + ", facts_hash")
    if dbt.is_incremental:
        known = session.query(f"select message_id, facts_hash from {dbt.this} where copy_version = '{version}'")
        candidates = candidates.join(known.set_alias("known"), "message_id, facts_hash", how="anti")
    return render_in_batches(candidates.to_arrow_table(), version, templates, clauses, phrases, settings, sender)
