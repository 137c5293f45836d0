"""The band of each company today."""

from slotwatch.bands import BandRules, company_bands


def model(dbt, session):
    dbt.config(materialized="table")
    rules = BandRules.of(
        dbt.ref("bands").to_arrow_table().to_pylist(),
        dbt.ref("hub_weights").to_arrow_table().to_pylist(),
        dbt.ref("band_doctrine").to_arrow_table().to_pylist(),
    )
    return session.from_arrow(company_bands(dbt.ref("int_company_magnitudes").to_arrow_table(), rules))
