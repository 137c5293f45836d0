"""The version, which dbt compares with that of dbt-core."""

version = "0.1.0"
