"""Which intake rows are one company: connected components over their keys."""

from slotwatch.identity.companies import group_companies

ROW_COLUMNS = "row_key, observed_at, joining_id as handed_in_id, domain, ein, linkedin_url, name_key, state"


def model(dbt, session):
    dbt.config(materialized="table")
    return session.from_arrow(group_companies(dbt.ref("int_company_rows").project(ROW_COLUMNS).to_arrow_table()))
