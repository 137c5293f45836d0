"""Keys of insurers and brokers that are the same for all spellings of one firm.

A key does not identify a firm; it only serves to compare the sets of two years. It drops words that filers may write or
leave out (THE, legal suffixes, INSURANCE COMPANY, OF AMERICA, AND AFFILIATES, a glued EIN, a word cut at the form's
width) and keeps what distinguishes firms (LIFE, DENTAL, states).
"""

import re

from rapidfuzz.distance import OSA

from slotwatch.normal_forms.companies import suffix_phrases, suffix_stripper
from slotwatch.normal_forms.text import LONGEST_NAME, clean, fold_initials, replacing
from slotwatch.normal_forms.word_lists import WordLists, rows

_GLUED_EIN = re.compile(r"[\s,;(#]*(?:EIN\W*)?[0-9]{2}-?[0-9]{7}\)?\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)")
_HASHED_PERSON = re.compile(r"INDIVIDUAL[_ ]BROKER[_ ][0-9A-F]+", re.IGNORECASE)
_DANGLING = re.compile(r"(?: (?:a|an|and|of|the))+$")
_SHORTEST_TYPO = 8  # letters: shorter words are too close to other words


def carrier_reader(word_lists: WordLists):
    """Reader of insurers' names (Schedule A, at most 70 characters wide)."""
    return _reader(word_lists, "carrier", width=70)


def broker_reader(word_lists: WordLists):
    """Reader of brokers' names (at most 35 characters wide); a hashed person is null."""
    return _reader(word_lists, "broker", width=35)


def _reader(word_lists: WordLists, kind: str, width: int):
    words = [row for row in rows(word_lists, "carrier_words") if row["kind"] in (kind, "both")]
    spell = {row["phrase"]: row["replacement"] for row in words if row["treatment"] == "spell"}
    drop = {row["phrase"] for row in words if row["treatment"] == "drop"}
    keep = {row["phrase"] for row in words if row["treatment"] == "keep_after"}
    cut = {row["phrase"] for row in words if row["treatment"] == "cut_after"}
    known = {row["phrase"] for row in words if row["treatment"] == "known"}
    aliases = {
        fold_initials(row["spelling"]): fold_initials(row["name"])
        for row in rows(word_lists, "carrier_aliases")
        if row["kind"] in (kind, "both")
    }
    suffixes = suffix_phrases(word_lists)
    without_suffixes = suffix_stripper(suffixes)
    said = {word for phrase in known | drop | set(spell) for word in phrase.split()}
    vocabulary = {word for word in said if len(word) >= _SHORTEST_TYPO}
    respell, without_noise = replacing(spell), replacing(dict.fromkeys(drop, ""))
    endings = said | {word for phrase in suffixes for word in phrase}

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading: dict = {"display_value": text}
        if len(text) <= LONGEST_NAME and not _HASHED_PERSON.fullmatch(text):
            reading["normal_value"] = key_of(text) or None
        return [reading]

    def key_of(name: str) -> str:
        key = fold_initials(_BRACKETS.sub(" ", _GLUED_EIN.sub("", name))) or fold_initials(name)
        tokens = [_repaired(token, vocabulary) for token in key.split()]
        if len(name) >= width and len(tokens) > 1 and _is_cut(tokens[-1], endings):
            tokens = tokens[:-1]
        key = respell(" ".join(tokens))
        for phrase in sorted(keep):
            key = f" {key} ".rpartition(f" {phrase} ")[2].strip() or key
        for phrase in sorted(cut):
            key = f" {key} ".partition(f" {phrase} ")[0].strip() or key
        key = _DANGLING.sub("", key) or key
        key = without_suffixes(key)
        shorter = without_suffixes(without_noise(key))
        key = shorter or key
        return aliases.get(key, key)

    return read


def _is_cut(word: str, endings: set[str]) -> bool:
    """Whether a name of full width ends in the first letters of a word that would be dropped."""
    return word not in endings and any(ending.startswith(word) for ending in endings)


def _repaired(word: str, vocabulary: set[str]) -> str:
    """The known word that a long word with one typo stands for, else the word itself."""
    if len(word) < _SHORTEST_TYPO or word in vocabulary:
        return word
    near = [known for known in vocabulary if OSA.distance(word, known, score_cutoff=1) <= 1]
    return min(near, default=word)
