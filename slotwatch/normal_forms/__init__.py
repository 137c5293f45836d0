"""Normal forms of contact details, names and titles: one reading per distinct raw value.

`normalise` reads a table of distinct (kind, raw value) pairs; `read_titles` and `role_at` say which
seat a title claims; `forms_version` names the reading by
a hash, so that a cached reading is made anew when words, code or libraries change. Word lists are
dbt seeds, handed in as tables.
Source of the rules: the business rules on identity and slots (normal forms; title to role).
"""

from slotwatch.normal_forms.normalise import KINDS, OUTPUT_SCHEMA, normalise
from slotwatch.normal_forms.title_roles import RoleAt, TitleReading, read_titles, role_at
from slotwatch.normal_forms.title_words import TITLE_WORD_LISTS, TitleWords, title_words
from slotwatch.normal_forms.version import forms_version
from slotwatch.normal_forms.word_lists import WORD_LISTS, read_word_lists

__all__ = [
    "KINDS",
    "OUTPUT_SCHEMA",
    "TITLE_WORD_LISTS",
    "WORD_LISTS",
    "RoleAt",
    "TitleReading",
    "TitleWords",
    "forms_version",
    "normalise",
    "read_titles",
    "read_word_lists",
    "role_at",
    "title_words",
]
