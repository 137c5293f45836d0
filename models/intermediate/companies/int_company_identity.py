"""The company of each intake row, the ids that refer to the company, and the new rows of the company id registry."""

from slotwatch.identity.identify import identify_companies
from slotwatch.normal_forms.streets import street_key

ROW_COLUMNS = (
    "raw_id as row_key, first_uploaded_at as observed_at, handed_in_id, domain, ein, linkedin_url, name_key, state, "
    "phone, address_line1, postal_code"
)
VERDICT_COLUMNS = "verdict_id, first_id, second_id, verdict, decided_at"


def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.ref("stg_company_intake").filter("rejection_code is null").project(ROW_COLUMNS)
    verdicts = dbt.ref("stg_resolution_verdicts").filter("entity_type = 'company' and rejection_code is null")
    identity = identify_companies(
        rows.to_arrow_table(),
        dbt.ref("int_registered_ids").filter("survivor_id is null").to_arrow_table(),
        verdicts.project(VERDICT_COLUMNS).to_arrow_table(),
        street_key({"street_words": dbt.ref("street_words").to_arrow_table()}),
    )
    return session.from_arrow(identity)
