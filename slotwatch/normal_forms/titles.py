"""Job titles: the title key, and the role key, which the phrases of `title_rules` are compared with."""

import re

from slotwatch.normal_forms.text import LONGEST_NAME, clean, fold_initials, replacing
from slotwatch.normal_forms.word_lists import WordLists, rows

_VICE_PRESIDENT = re.compile(r"\bvice presidents?\b")


def title_reader(word_lists: WordLists):
    """Reader of titles.

    The normal value is the title key: lower case, punctuation folded, `v.p.` and `vice president`
    as `vp`. The role key is the title key after the replacements of seed `title_synonyms`, step
    by step (steps as numbers, within a step the longest phrase first), whole words only.
    """
    replace = _replacements(word_lists)

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading: dict = {"display_value": text}
        key = title_key(text) if len(text) <= LONGEST_NAME else ""
        if key:
            reading |= {"normal_value": key, "role_key": replace(key) or None}
        return [reading]

    return read


def title_key(title: str) -> str:
    """Title key of a cleaned title; empty when it has no letter or digit."""
    return _VICE_PRESIDENT.sub("vp", fold_initials(title))


def _replacements(word_lists: WordLists):
    """Function from a title key to its role key, step by step."""
    steps: dict[int, dict[str, str]] = {}
    for row in rows(word_lists, "title_synonyms"):
        step = steps.setdefault(int(row["step"]), {})
        step[fold_initials(row["phrase"])] = fold_initials(row["replacement"])
    replacers = [replacing(phrases) for _, phrases in sorted(steps.items())]

    def replace(key: str) -> str:
        for one_step in replacers:
            key = one_step(key)
        return key

    return replace
