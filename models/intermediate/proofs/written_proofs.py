"""The proofs that are due today, in words."""

from slotwatch.proofs import write_proofs


def model(dbt, session):
    dbt.config(materialized="table")
    return session.from_arrow(write_proofs(dbt.ref("int_proof_evidence").to_arrow_table()))
