"""The proof that each company of band 3 and up would be given today."""

from slotwatch.proofs import write_proofs


def model(dbt, session):
    dbt.config(materialized="table")
    dbt.ref("int_code_version")
    return write_proofs(dbt.ref("int_proof_candidates").to_arrow_table())
