"""What SlotWatch is measured against: the triggers it replaces, a floor without dbt, and dbt with nothing to do."""
