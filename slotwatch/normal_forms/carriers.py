"""Keys of insurers and brokers that are the same for all spellings of one firm.

The key is not an identity. It decides whether the names of two plan years differ. It drops what filers
write or leave out at will (THE, legal suffixes, INSURANCE COMPANY, OF AMERICA, AND AFFILIATES, a glued EIN), reads
abbreviated and cut words of the trade in full and states as codes, and keeps what distinguishes firms (LIFE, DENTAL,
states). Blanks and the order of a person's names do not count. Source: business rules, section 4, carrier and
broker names.
"""

import re
from collections.abc import Callable, Sequence
from functools import cache

import us
from nicknames import NickNamer
from rapidfuzz.distance import OSA

from slotwatch.normal_forms.companies import placeholder_keys, suffix_phrases, suffix_stripper
from slotwatch.normal_forms.text import LONGEST_NAME, clean, fold, fold_initials, replacing
from slotwatch.normal_forms.word_lists import WordLists, rows

_GLUED_EIN = re.compile(r"[\s,;(#]*(?:EIN\W*)?[0-9]{2}-?[0-9]{7}\)?\s*$", re.IGNORECASE)
_BRACKETS = re.compile(r"\(([^()]*)\)")
_HASHED_PERSON = re.compile(r"INDIVIDUAL[_ ]BROKER[_ ][0-9A-F]+", re.IGNORECASE)
_LAST_FIRST = re.compile(
    r"([^\W\d]+(?:[-' ][^\W\d]+){0,2}),\s*([^\W\d]+(?:\s+[^\W\d]+\.?){0,2})(?:,?\s+(?:jr|sr|ii|iii)\.?)?", re.IGNORECASE
)
_SPLIT_NAME = re.compile(r"\b(mc|mac|o) (?=\w{3})")  # `MC LENNAN`
_MOST_NAMES = 4  # words of a person's name
_DANGLING = re.compile(r"(?: (?:a|an|of|the))+$")
_SHORTEST_TYPO = 8  # letters; shorter words are too similar to other words
_SHORTEST_CUT = 4  # least letters of a cut word; after `and` two are enough
_SHORTEST_STATE = 5  # letters of a state's name that is cut off
# Codes and abbreviations that are words as well: they name a state only after `of`.
_AMBIGUOUS = frozenset(
    "al co de del hi id ill in ind ks la ma mass md me miss mo mt nm oh ok or ore pa penn va wash".split()
)


def carrier_reader(word_lists: WordLists):
    """Reader of insurers' names (Schedule A, at most 70 characters wide)."""
    return _reader(word_lists, "carrier", width=70)


def broker_reader(word_lists: WordLists):
    """Reader of brokers' names (at most 35 characters wide); a hashed person is null."""
    return _reader(word_lists, "broker", width=35)


def _reader(word_lists: WordLists, kind: str, width: int):
    key_of = _key(word_lists, kind, width)
    aliases = {
        key_of(row["spelling"]): key_of(row["name"])
        for row in rows(word_lists, "carrier_aliases")
        if row["kind"] in (kind, "both")
    }
    nobody = placeholder_keys(word_lists) | {fold_initials(name) for name in _phrases(word_lists, kind, "nobody")}

    def read(raw: str) -> list[dict]:
        text = clean(raw)
        reading: dict = {"display_value": text}
        if len(text) <= LONGEST_NAME and not _HASHED_PERSON.fullmatch(text) and fold_initials(text) not in nobody:
            key = key_of(text)
            reading["normal_value"] = aliases.get(key, key).replace(" ", "") or None
        return [reading]

    return read


def _phrases(word_lists: WordLists, kind: str, treatment: str) -> set[str]:
    return {
        row["phrase"]
        for row in rows(word_lists, "carrier_words")
        if row["kind"] in (kind, "both") and row["treatment"] == treatment
    }


def _key(word_lists: WordLists, kind: str, width: int) -> Callable[[str], str]:
    """Function from a cleaned name to its key, before aliases."""
    spell, spell_later = (
        {
            row["phrase"]: row["replacement"]
            for row in rows(word_lists, "carrier_words")
            if row["kind"] in (kind, "both") and row["treatment"] == treatment
        }
        for treatment in ("spell", "spell_later")
    )
    drop, keep, cut, known, generic, vague, places = (
        _phrases(word_lists, kind, treatment)
        for treatment in ("drop", "keep_after", "cut_after", "known", "generic", "drop_if_named", "place")
    )
    suffixes = suffix_phrases(word_lists)
    without_suffixes = suffix_stripper(suffixes)
    said = {word for phrase in known | drop | vague | generic | set(spell | spell_later) for word in phrase.split()}
    vocabulary = {word for word in said if len(word) >= _SHORTEST_TYPO}
    trade = {
        phrase for phrase in known | drop | generic if " " not in phrase and phrase not in ("company", "companies")
    }
    endings = said | {word for phrase in suffixes for word in phrase}
    legal = {phrase[0] for phrase in suffixes if len(phrase) == 1}
    respell, respell_later, without_noise = replacing(spell), replacing(spell_later), replacing(dict.fromkeys(drop, ""))
    without_vague = replacing(dict.fromkeys(vague, ""))
    state_names, state_codes = _states(word_lists)
    name_states = replacing(state_names)
    states = set(state_names.values())
    business = generic | known | vague | places | endings | {"of"}

    def key_of(name: str) -> str:
        if (match := _LAST_FIRST.fullmatch(name)) and not {*fold(name).split()} & (endings - set(spell_later)):
            name = f"{match[2]} {match[1]}"
        name = _BRACKETS.sub(_place_in_brackets, _GLUED_EIN.sub("", name)).strip() or name
        tokens = [_repaired(token, vocabulary) for token in fold_initials(name).split()]
        tokens = _completed(tokens, trade, legal)
        if len(name) >= width and len(tokens) > 1 and _is_cut(tokens[-1], endings):
            tokens = tokens[:-1]
        first, _, others = respell(" ".join(tokens)).partition(" ")
        key = f"{first} {respell_later(others)}".strip()
        key = " ".join(_with_states(_whole_state(name_states(key), state_names).split(), state_codes, legal, trade))
        for phrase in sorted(keep):
            key = f" {key} ".rpartition(f" {phrase} ")[2].strip() or key
        for phrase in sorted(cut):
            key = f" {key} ".partition(f" {phrase} ")[0].strip() or key
        key = _DANGLING.sub("", key) or key
        key = without_suffixes(key)
        key = without_suffixes(without_noise(key)) or key
        shorter = without_suffixes(without_vague(key))
        if any(word not in generic for word in shorter.split()):
            key = shorter
        words = [word for word in key.split() if word not in ("and", "of", "the")] or key.split()
        words = _SPLIT_NAME.sub(r"\1", " ".join(words)).split()
        if kind == "broker" and 1 < len(words) <= _MOST_NAMES and not _given_names().isdisjoint(words):
            if not any(word in business or word in states for word in words):
                words.sort()  # `SMITH JOHN` is `JOHN SMITH`
        return " ".join(words)

    def _place_in_brackets(match: re.Match) -> str:
        inside = fold(match[1])
        code = state_names.get(inside) or state_codes.get(inside)
        return f" {code or (inside if inside in places else '')} "

    return key_of


@cache
def _given_names() -> frozenset[str]:
    """First names, long and short, as PyPI `nicknames` lists them."""
    return frozenset(NickNamer().nickname_lookup) | frozenset(NickNamer().canonical_lookup)


def _states(word_lists: WordLists) -> tuple[dict[str, str], dict[str, str]]:
    """States as one word each (`state xx` joined): by folded name, and by code and abbreviation of one word."""
    names, codes = {}, {}
    for state in [*us.states.STATES_AND_TERRITORIES, us.states.DC]:
        word = f"state{state.abbr.lower()}"
        names[fold(state.name)] = word
        for spelling in (state.abbr, state.ap_abbr):
            if spelling and fold(spelling) != fold(state.name):
                codes[fold(spelling).replace(" ", "")] = word
    for row in rows(word_lists, "state_spellings"):
        spelling, word = fold_initials(row["spelling"]), f"state{row['code'].lower()}"
        (names if " " in spelling else codes).setdefault(spelling, word)
    return names, codes


def _whole_state(key: str, names: dict[str, str]) -> str:
    """The key whose end, after `of`, is the beginning of one state's name (`of californ`), with that state."""
    before, of, end = key.rpartition(" of ")
    if not of or len(end) < _SHORTEST_STATE or "american".startswith(end):
        return key
    found = {word for name, word in names.items() if name.startswith(end)}
    return f"{before} of {found.pop()}" if len(found) == 1 else key


def _with_states(tokens: list[str], codes: dict[str, str], legal: set[str], trade: set[str]) -> list[str]:
    """Tokens with a state's code or abbreviation read as the state where a place stands: after `of`, or at the end.

    A code that is a legal suffix, too, is the suffix after a word of the trade (`of Omaha Ins Co`); `co` is Colorado
    only directly after `of` or where another suffix stands before it (`Fire Ins Co of Denver Co`).
    """

    def ends_in_place(last: int) -> bool:
        before = tokens[last - 1]
        if before == "of":
            return True
        is_after_of = "of" in tokens[max(0, last - 3) : last] and before not in trade
        return is_after_of and (tokens[last] != "co" or not legal.isdisjoint(tokens[:last]))

    last = len(tokens) - 1
    while last > 0 and tokens[last] in legal and not (tokens[last] in codes and ends_in_place(last)):
        last -= 1
    read = list(tokens)
    for place, token in enumerate(tokens):
        if token not in codes or place == 0:
            continue
        after_of = tokens[place - 1] == "of" or (place == last and "of" in tokens[max(0, place - 3) : place])
        if after_of or (place == last and token not in _AMBIGUOUS):
            read[place] = codes[token]
    return read


def _completed(tokens: Sequence[str], trade: set[str], legal: set[str]) -> list[str]:
    """Tokens whose last one is completed if it is the beginning of exactly one word of the trade.

    Likewise `company` is completed after such a word, and `america` after `of`.
    """
    if len(tokens) < 2 or tokens[-1] in trade or tokens[-1] in legal:
        return list(tokens)
    *_, before, word = tokens
    for whole, is_there in (("company", before in trade), ("america", before == "of")):
        if is_there and len(word) > 2 and whole.startswith(word):
            return [*tokens[:-1], whole]
    if len(word) < (2 if before == "and" else _SHORTEST_CUT):
        return list(tokens)
    found = {known for known in trade if known.startswith(word)}
    found = {known for known in found if not any(other != known and known.startswith(other) for other in found)}
    return [*tokens[:-1], found.pop()] if len(found) == 1 else list(tokens)


def _is_cut(word: str, endings: set[str]) -> bool:
    """Whether a name of full width ends in the first letters of a word that would be dropped."""
    return word not in endings and any(ending.startswith(word) for ending in endings)


def _repaired(word: str, vocabulary: set[str]) -> str:
    """The known word that a long word with one typo stands for, else the word itself."""
    if len(word) < _SHORTEST_TYPO or word in vocabulary:
        return word
    near = [known for known in vocabulary if OSA.distance(word, known, score_cutoff=1) <= 1]
    return min(near, default=word)
