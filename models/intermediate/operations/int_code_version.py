"""The code behind the Python models: they read it, so that they are built anew when it has changed."""

import pyarrow as pa

from slotwatch.code_version import code_version

LIBRARIES = ("nameparser", "nicknames", "polars", "rapidfuzz", "scipy")


def model(dbt, session):
    dbt.config(materialized="table")
    return pa.table(
        {
            "code_version": [
                code_version(["slotwatch.identity", "slotwatch.normal_forms", "slotwatch.proofs"], LIBRARIES)
            ]
        }
    )
