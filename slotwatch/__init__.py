"""SlotWatch: pure functions behind the dbt project's Python models, and its command line."""
