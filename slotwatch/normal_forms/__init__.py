"""Normal forms of contact details, names and titles, once per distinct raw value.

`normalise` reads a table of distinct (kind, raw value) pairs. `family_forms` does it for the table of
one family of kinds: it reads the values that are new, or all of them when the words, the code or the
libraries behind their kinds have changed. `read_titles` and `role_at` say which seat a title claims.
Word lists are dbt seeds, given as tables.
Source of the rules: the business rules on identity and slots (normal forms; title to role).
"""

from slotwatch.normal_forms.families import FAMILIES, family_forms
from slotwatch.normal_forms.normalise import KINDS, OUTPUT_SCHEMA, normalise
from slotwatch.normal_forms.title_roles import RoleAt, TitleReading, read_titles, role_at, title_roles
from slotwatch.normal_forms.title_words import TITLE_WORD_LISTS, TitleWords, title_words
from slotwatch.normal_forms.version import forms_version
from slotwatch.normal_forms.word_lists import WORD_LISTS, read_word_lists

__all__ = [
    "FAMILIES",
    "KINDS",
    "OUTPUT_SCHEMA",
    "TITLE_WORD_LISTS",
    "WORD_LISTS",
    "RoleAt",
    "TitleReading",
    "TitleWords",
    "family_forms",
    "forms_version",
    "normalise",
    "read_titles",
    "read_word_lists",
    "role_at",
    "title_roles",
    "title_words",
]
