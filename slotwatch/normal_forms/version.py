"""A name for the present way of reading values, so that cached readings can be told stale."""

import hashlib

from slotwatch.code_version import code_version
from slotwatch.normal_forms.word_lists import WORD_LISTS, WordLists, rows

LIBRARIES = (
    "email-validator",
    "idna",
    "nameparser",
    "phonenumbers",
    "rapidfuzz",
    "tldextract",
    "us",
)


def forms_version(word_lists: WordLists) -> str:
    """Sixteen hex digits over the word lists, this package's sources and its libraries' versions.

    The order of a list's rows and its column types do not matter, only what the cells say.
    """
    digest = hashlib.sha256(code_version(["slotwatch.normal_forms"], LIBRARIES).encode())
    for name in WORD_LISTS:
        digest.update(name.encode() + b"\n")
        for row in sorted(repr(sorted(row.items())) for row in rows(word_lists, name)):
            digest.update(row.encode() + b"\n")
    return digest.hexdigest()[:16]
