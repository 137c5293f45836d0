"""The proofs that are issued today."""

from slotwatch.proofs import write_proofs_in_batches


def model(dbt, session):
    dbt.config(materialized="table")
    due = dbt.ref("int_proof_changes").filter("is_due").select("company_id, changed_at as as_of")
    quotes = dbt.ref("int_proof_quotes").join(due.set_alias("due"), "company_id")
    return write_proofs_in_batches(quotes.to_arrow_table())
