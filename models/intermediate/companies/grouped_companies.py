"""Which intake rows are one company: connected components over their keys."""

from slotwatch.identity.companies import group_companies


def model(dbt, session):
    dbt.config(materialized="table")
    return group_companies(dbt.ref("int_company_rows").to_arrow_table())
