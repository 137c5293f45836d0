"""Pairs of people who look alike, for a reviewer to decide on."""

from slotwatch.identity.look_alikes import find_look_alikes

PERSON_COLUMNS = "person_id, company_id, name_key, role, phone"


def model(dbt, session):
    dbt.config(materialized="table")
    phones = dbt.ref("stg_company_intake").filter("phone is not null").project("phone").distinct()
    people = dbt.ref("int_person_identity").filter("kind = 'observation'")
    different = dbt.ref("int_person_verdicts").filter("verdict = 'different_people' and rejection_code is null")
    for side in ("a", "b"):
        columns = f"observation_key as observation_key_{side}, person_id as person_id_{side}"
        different = different.join(people.project(columns).set_alias(side), f"observation_key_{side}")
    pairs = find_look_alikes(
        dbt.ref("int_people").project(PERSON_COLUMNS).to_arrow_table(),
        phones.to_arrow_table()["phone"].combine_chunks(),
        different.project("person_id_a, person_id_b").to_arrow_table(),
    )
    return session.from_arrow(pairs)
