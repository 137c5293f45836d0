"""Reads the warehouse that dbt built, and loads raw rows and history into it."""
