"""Reading the warehouse that dbt built, and carrying raw rows and history into it."""
