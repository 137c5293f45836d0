"""Normal forms of contact details, names and titles, once per distinct raw value.

`normalise` reads a table of distinct (kind, raw value) pairs. `family_forms` does it for the table of
one family of kinds: it reads the values that are new, or all of them when the words, the code or the
libraries behind their kinds have changed. `title_roles` says which seat a title claims.
Word lists are dbt seeds, given as tables.
Source of the rules: the business rules on identity and slots (normal forms; title to role).
"""
