"""Which people only look alike: pairs for a reviewer to decide on."""

from slotwatch.identity.look_alikes import find_look_alikes


def model(dbt, session):
    dbt.config(materialized="table")
    return session.from_arrow(find_look_alikes(dbt.ref("int_look_alike_candidates").to_arrow_table()))
