"""Which people only look alike: pairs for a reviewer to decide on."""

from slotwatch.identity.look_alikes import find_look_alikes

PERSON_COLUMNS = "person_id, company_id, name_key, role, phone"


def model(dbt, session):
    dbt.config(materialized="table")
    return session.from_arrow(find_look_alikes(dbt.ref("int_people").project(PERSON_COLUMNS).to_arrow_table()))
