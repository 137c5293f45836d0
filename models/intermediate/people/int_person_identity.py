"""The person of each observation, the ids that refer to the person, and the person that a name at a company means."""

from slotwatch.identity.identify import identify_people

NAME_COLUMNS = "company_id, first_key, middle_key, last_key, suffix_key"
OBSERVATION_COLUMNS = (
    "observation_key, first_observed_at as observed_at, intake_id, mention, name_key, identifying_email as email, "
    "linkedin_url, handed_in_id, " + NAME_COLUMNS
)
REFERENCE_COLUMNS = "concat(company_id, '|', name_key) as reference_key, " + NAME_COLUMNS
VERDICT_COLUMNS = "observation_key_a, observation_key_b, verdict, decided_at"


def model(dbt, session):
    dbt.config(materialized="table")
    names = dbt.ref("stg_person_references").filter("name_key is not null").set_alias("person_names")
    companies = dbt.ref("int_company_references").project("raw_table, raw_id, company_id").set_alias("companies")
    references = names.join(companies, "raw_table, raw_id").filter("company_id is not null")
    known_ids = dbt.ref("int_registered_ids").filter("entity_type = 'person'")
    merges = known_ids.filter("survivor_id is not null").project("barton_id as alias_id, survivor_id, recorded_at")
    company_ids = dbt.ref("int_company_identity").filter("kind = 'alias'").project("alias_id")
    identity = identify_people(
        dbt.ref("int_person_observations").project(OBSERVATION_COLUMNS).to_arrow_table(),
        references.project(REFERENCE_COLUMNS).distinct().to_arrow_table(),
        dbt.ref("int_person_verdicts").filter("rejection_code is null").project(VERDICT_COLUMNS).to_arrow_table(),
        known_ids.filter("survivor_id is null").to_arrow_table(),
        merges.to_arrow_table(),
        company_ids.to_arrow_table()["alias_id"].combine_chunks(),
    )
    return session.from_arrow(identity)
