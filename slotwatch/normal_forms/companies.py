"""Company names and the key that is the same for all spellings of one name."""

import re
from collections.abc import Callable

from slotwatch.normal_forms.text import LONGEST_NAME, clean, fold_initials, join_initials
from slotwatch.normal_forms.word_lists import WordLists, column, rows

_WEB_NAME = re.compile(r"(?<=\w)\.com\b(?!\.?\w)", re.IGNORECASE)
_TAG = re.compile(r"(?:\s[\\/]|(?<=\S)[\\/](?=[^\\/]*[\\/]\s*$))\s*([A-Za-z ]{2,12}?)\s*[\\/]?\s*$")


def company_name_reader(word_lists: WordLists):
    """Reader of company names; the normal value is the name key.

    A name of fewer than two characters, or that is a placeholder as a whole, is unreadable.
    """
    key_of = company_key(word_lists)
    placeholders = placeholder_keys(word_lists)

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading: dict = {"display_value": text}
        if 2 <= len(text) <= LONGEST_NAME and fold_initials(text) not in placeholders:
            reading["normal_value"] = key_of(text) or None
        return [reading]

    return read


def company_key(word_lists: WordLists):
    """Function from a cleaned company name to its key, empty when nothing is left.

    Accents and punctuation folded, `&` = and, `Cos.` = companies, single letters side by side joined. `.com`, a
    leading `the`, a trailing `(The)`, registrar's tags such as `/DE/` and legal suffixes are dropped, repeatedly from
    the end. A name that consists of nothing else stays as it is.
    """
    tags = {row["phrase"] for row in rows(word_lists, "legal_suffixes") if row["kind"] == "tag"}
    without_suffixes = suffix_stripper(suffix_phrases(word_lists))

    def key(name: str) -> str:
        match = _TAG.search(name)
        if match and match.start() and match[1].strip().lower() in tags:
            name = name[: match.start()]
        first, *others = fold_initials(_WEB_NAME.sub("", name)).split() or [""]
        return without_suffixes(" ".join([first, *("companies" if word == "cos" else word for word in others)]))

    return key


def suffix_phrases(word_lists: WordLists) -> set[tuple[str, ...]]:
    """Legal suffixes as tuples of folded words."""
    return {
        tuple(fold_initials(row["phrase"]).split())
        for row in rows(word_lists, "legal_suffixes")
        if row["kind"] == "suffix"
    }


def suffix_stripper(suffixes: set[tuple[str, ...]]) -> Callable[[str], str]:
    """Function from a folded name to the same without leading `the` and trailing legal suffixes; never empty."""
    longest = max(map(len, suffixes), default=0)
    last_words = {phrase[-1] for phrase in suffixes}

    def strip(key: str) -> str:
        words = key.split()
        while len(words) > 1 and words[0] == "the":
            words = words[1:]
        whole = words
        while words:
            size = trailing(words)
            if not size:
                break
            words = words[:-size]
        return join_initials(" ".join(words or whole))  # initials may now stand side by side

    def trailing(words: list[str]) -> int:
        """The number of words at the end of the name that are legal suffixes."""
        if words[-1] in ("the", "and"):
            return 1
        if words[-1] not in last_words:
            return 0
        sizes = range(min(longest, len(words)), 0, -1)
        return next((size for size in sizes if tuple(words[-size:]) in suffixes), 0)

    return strip


def placeholder_keys(word_lists: WordLists) -> set[str]:
    """Folded names that are placeholders (`test`, `n/a`)."""
    return {fold_initials(name) for name in column(word_lists, "placeholder_names", "name")}
