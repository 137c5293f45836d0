"""Which observations are one person, and whom a name at a company means."""

from slotwatch.identity.people import group_people

OBSERVATION_COLUMNS = (
    "observation_key, observed_at, intake_id, mention, company_id, first_key, middle_key, last_key, suffix_key, "
    "identifying_email as email, linkedin_url, joining_id as handed_in_id"
)


def model(dbt, session):
    dbt.config(materialized="table")
    observations = dbt.ref("int_person_observations").project(OBSERVATION_COLUMNS).to_arrow_table()
    references = dbt.ref("int_person_name_references").to_arrow_table()
    verdicts = dbt.ref("int_person_verdicts").project("observation_key_a, observation_key_b, verdict").to_arrow_table()
    return session.from_arrow(group_people(observations, references, verdicts))
