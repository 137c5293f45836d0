"""Which company each intake row belongs to, which ids refer to it, and what its id registry records."""

from slotwatch.identity.identify import identify_companies

ROW_COLUMNS = "raw_id as row_key, uploaded_at as observed_at, handed_in_id, domain, ein, linkedin_url, name_key, state"


def model(dbt, session):
    dbt.config(materialized="table")
    rows = dbt.ref("stg_company_intake").filter("rejection_code is null").project(ROW_COLUMNS)
    identity = identify_companies(rows.to_arrow_table(), dbt.ref("int_registered_ids").to_arrow_table())
    return session.from_arrow(identity)
