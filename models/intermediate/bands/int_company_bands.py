"""The band of each company today."""

from slotwatch.bands import BandRules, company_bands

SIGNAL_COLUMNS = "signal_id, company_id, hub, magnitude, pressure_class, detected_at"


def model(dbt, session):
    dbt.config(materialized="table")
    rules = BandRules.of(
        dbt.ref("bands").to_arrow_table().to_pylist(),
        dbt.ref("hub_weights").to_arrow_table().to_pylist(),
        dbt.ref("band_doctrine").to_arrow_table().to_pylist(),
    )
    companies = dbt.ref("companies").project("company_id").to_arrow_table()
    signals = dbt.ref("pressure_signals").filter("is_active").project(SIGNAL_COLUMNS).to_arrow_table()
    return session.from_arrow(company_bands(companies, signals, rules))
