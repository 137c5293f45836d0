"""Person names: the people that a field names, each in parts and with the keys by which names are compared."""

import re
import unicodedata
from collections.abc import Callable
from functools import cache, lru_cache
from itertools import pairwise

from nameparser import HumanName
from nameparser.config import CONSTANTS

from slotwatch.normal_forms.companies import placeholder_keys
from slotwatch.normal_forms.text import clean, fold, join_initials
from slotwatch.normal_forms.word_lists import WordLists, column, rows

_SURNAMES = ("head", "chief")  # levels that are also last names
_LONGEST = 300  # characters; a longer field is not a name
_SEVERAL = re.compile(r"\s*[/;|]\s*|\s+(?:and|&)\s+", re.IGNORECASE)
_LISTED = re.compile(r"\s*[,/;|]\s*(?:(?:and|&)\s+)?|\s+(?:and|&)\s+", re.IGNORECASE)
_TITLED = re.compile(r"(.*\S)\s+<((?!/)[^<>@]*)>", re.DOTALL)  # `Ann Doe, Bob Roe <CEO, CFO>`
_TITLE_PARTS = re.compile(r"[,/;|]")
_SHARED_SURNAME = re.compile(r"\s+(?:and|&)\s+", re.IGNORECASE)
_NICKNAME = re.compile(
    r"\([^()]*\)|\[[^\[\]]*\]|[\"\u201c\u201d][^\"\u201c\u201d]*[\"\u201c\u201d]"
    r"|(?<!\w)['\u2018\u2019][^'\u2018\u2019]+['\u2018\u2019](?!\w)"
)
_DAMAGED_NUMERAL = re.compile(r"(?=.*[Il])[Il1|]{2,3}|[l1|]V")
_DOTTED_INITIALS = re.compile(r"(?:[^\W\d_]\.){2,}[^\W\d_]?")
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['\u2019-])*")
_INITIAL = re.compile(r"[^\W\d_]\.?")
_CREDENTIAL = re.compile(r"[A-Z][A-Z.-]{1,7}")
_LOST = "\ufffd"
_DAMAGED_WORD = re.compile(r"[^\W\d_]*\ufffd(?:[^\W\d_]|\ufffd)*")
_TITLE = re.compile(r"(\S+\s+\S.*?)\s+[-\u2010-\u2015]\s+\S.*")  # `Jane Doe - CFO`
_GLUED_TITLE = re.compile(r"(\S+\s+\S.*?)(?:\s+[-\u2010-\u2015]|[-\u2010-\u2015:]\s+)(\S.*)")  # `Jane Doe- CFO`
_GLUED_HONORIFIC = re.compile(r"(?<!\w)([^\W\d_]{2,})\.(?=[^\W\d_]{2})")  # `Dr.Jane Doe`
_QUOTED = re.compile(r"[\"\u201c\u201d]([^\"\u201c\u201d]*)[\"\u201c\u201d]|['\u2018](.*)['\u2019]")
_HAN = re.compile(r"[\u1100-\u11ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def person_name_reader(word_lists: WordLists):
    """Reader of person names, one reading for each person that a field names, in order.

    A field is split (at `/`, `;`, `|`, `and`, `&`) only where every part then has a first and a
    last name; `John and Jane Smith` are two Smiths. A title in angle brackets may follow. Where it names several
    offices (`Ann Doe, Bob Roe <Co-CEO>`), commas separate people, too, as they do in `Ann Doe, Bob Roe and Cy Poe`. A
    name without both parts, a placeholder, or anything with an `@` is unreadable. Honorifics and degrees (seed
    `name_words`) and nicknames in quotes or brackets are left out, and so is what follows ` - ` after two words
    (`Jane Doe - CFO`), or another mark if it is a title (`Jane Doe, VP Finance`, `Jane Doe | CFO`); a generational
    suffix is kept. `ben` between two words belongs to the last name.
    """
    words = _title_words(word_lists) | _name_words(word_lists)
    placeholders = placeholder_keys(word_lists)
    repair = _repair(word_lists)
    names_several = _several_offices(word_lists)

    def read(raw: str) -> list[dict]:
        titled = _TITLED.fullmatch(raw)
        raw, title = titled.groups() if titled else (raw, "")
        text = repair(clean(raw))
        match = _TITLE.fullmatch(text)
        if match or ((match := _GLUED_TITLE.fullmatch(text)) and _is_title(match[2], words)):
            text = match[1]
        unreadable = [{"display_value": text}]
        name = text.replace("_", " ").strip(" ,;/|&-")
        if match := _QUOTED.fullmatch(name):
            name = (match[1] or match[2] or "").strip()
        if "." in name:
            name = _GLUED_HONORIFIC.sub(lambda match: _spaced_honorific(match, words), name)
        if not name or len(name) > _LONGEST or "@" in name or _is_placeholder(_fold_words(name), placeholders):
            return unreadable
        people = _people(name, words, bool(title) and names_several(clean(title)))
        if any(_is_placeholder(person["normal_value"], placeholders) for person in people):
            return unreadable
        if len(people) == 1:
            people[0]["display_value"] = text
        return people or unreadable

    return read


def _name_words(word_lists: WordLists) -> dict[str, tuple[str, str]]:
    """Squeezed word -> (kind, key): honorific, rank, degree, short_degree, generation."""
    return {_squeeze(row["word"]): (row["kind"], row["key"]) for row in rows(word_lists, "name_words")}


def _title_words(word_lists: WordLists) -> dict[str, tuple[str, str]]:
    """Words that make a title: offices, levels, `hr`, and their abbreviations."""
    ranks, jobs = rows(word_lists, "title_ranks"), rows(word_lists, "title_job_words")
    phrases = [row["level_word"] or row["function_word"] for row in ranks]
    phrases += [row["phrase"] for row in jobs if row["kind"] in ("office", "job")]
    words = {phrase for phrase in phrases if " " not in phrase}
    words |= {row["phrase"] for row in rows(word_lists, "title_spellings") if row["replacement"] in words}
    return {word: ("title", "") for word in words if " " not in word}


def _is_title(text: str, words: dict[str, tuple[str, str]]) -> bool:
    """Whether what stands after a name is a title; a last word that is also a surname makes none (`Jane Head`)."""
    *before, last = text.partition(",")[0].split() or [""]
    may_be_name = before and _squeeze(last) in _SURNAMES
    return any(_kind(token, words) == "title" for token in (before if may_be_name else (*before, last)))


def _spaced_honorific(match: re.Match, words: dict[str, tuple[str, str]]) -> str:
    is_honorific = _kind(match[1], words) in ("honorific", "rank")
    return f"{match[1]}. " if is_honorific else match[0]


def _repair(word_lists: WordLists):
    """Function that restores lost letters: `Jos\ufffd` is read as the one name that fits.

    The replacement character stands for one letter that is not ASCII; where no name of seed
    `accented_names`, or more than one, fits, the text stays.
    """
    names = [unicodedata.normalize("NFC", n) for n in column(word_lists, "accented_names", "name")]

    def whole(match: re.Match) -> str:
        word = match.group()
        fits = [name for name in names if len(name) == len(word) and _fits(word.lower(), name)]
        if len(fits) != 1:
            return word
        return "".join(b if a == _LOST else a for a, b in zip(word, fits[0], strict=True))

    return lambda text: _DAMAGED_WORD.sub(whole, text) if _LOST in text else text


def _fits(word: str, name: str) -> bool:
    return all((a == _LOST and not b.isascii()) or a == b for a, b in zip(word, name, strict=True))


_fold_word = lru_cache(maxsize=1 << 16)(fold)  # cached, because a hundred people share a first name


def _fold_words(text: str) -> str:
    """`fold` for a text that has only single blanks."""
    return " ".join(filter(None, map(_fold_word, text.split(" "))))


@lru_cache(maxsize=1 << 16)
def _squeeze(word: str) -> str:
    return _fold_word(word).replace(" ", "")


def _is_placeholder(key: str, placeholders: set[str]) -> bool:
    """Whether a folded name is a placeholder, as a whole or in each of its words."""
    joined = join_initials(key)
    return joined in placeholders or placeholders.issuperset(joined.split())


def _several_offices(word_lists: WordLists) -> Callable[[str], bool]:
    """Function that says whether a title belongs to several people: `Co-CEO`, `CEO, CFO`."""
    jobs = {row["phrase"]: row["kind"] for row in rows(word_lists, "title_job_words")}
    levels = {row["level_word"] for row in rows(word_lists, "title_ranks") if row["level_word"]}
    offices = {row["level_word"] for row in rows(word_lists, "title_ranks") if not row["function_word"]} - {""}
    offices |= {phrase for phrase, kind in jobs.items() if kind == "office"} | {"chief"}
    shared = levels | offices | {phrase.split(" ")[0] for phrase, kind in jobs.items() if kind in ("office", "job")}

    def has_office(part: str) -> bool:
        key = f" {_fold_words(part)} "
        return any(f" {office} " in key for office in offices)

    def names_several(title: str) -> bool:
        key = _fold_words(title).split(" ")
        if any(one == "co" and other.removesuffix("s") in shared for one, other in pairwise(key)):
            return True
        return sum(map(has_office, _TITLE_PARTS.split(title))) > 1

    return names_several


def _listed_people(name: str, words: dict[str, tuple[str, str]]) -> list[dict]:
    """Readings of the people of a list in which commas separate them; empty if it is not such a list."""
    parts: list[str] = []
    for part in _LISTED.split(name):
        if parts and part and all(_kind(token, words) in _AFTER_COMMA for token in part.split()):
            parts[-1] += f", {part}"
        else:
            parts.append(part)
    if len(parts) < 2 or not all(_has_two_words(part, words) for part in parts):
        return []
    people = [_person(part, words) for part in parts]
    return people if all(people) else []


def _has_two_words(part: str, words: dict[str, tuple[str, str]]) -> bool:
    kinds = [_kind(token, words) for token in part.replace(",", " ").split()]
    return sum(kind not in (*_AFTER_COMMA, "honorific") for kind in kinds) > 1


def _people(name: str, words: dict[str, tuple[str, str]], is_listed: bool) -> list[dict]:
    """Readings of the people that a cleaned name field names; empty if it is not a name.

    `is_listed` says that the title names several people.
    """
    *before, last = _SHARED_SURNAME.split(name)
    if "," in name and (is_listed or (before and "," not in last)):
        listed = _listed_people(name, words)
        if len(listed) > 1:
            return listed
    first, *others = (part.strip(" ,") for part in _SEVERAL.split(name))
    untitled = [part for part in others if not _is_title(part, words)]
    if len(untitled) < len(others):  # `Jane Doe | CFO | Acme`
        untitled = [part for part in untitled if " " in part]
    parts = [first, *untitled]
    if len(parts) == 1:
        person = _person(first, words)
        return [person] if person else []
    people = [_person(part, words) for part in parts]
    couple = _SHARED_SURNAME.split(name)
    if people[-1] and len(couple) == len(parts) == 2 and not people[0]:
        people[0] = _partner(couple[0], people[-1], words)
        if people[0] is None and _is_honorific(couple[0], words):
            return [people[-1]]
    if all(people):
        return people
    if _SHARED_SURNAME.search(name) or re.search(r"[;|]|\s/|/\s", name):
        return []
    person = _person(name.replace("/", "-"), words)
    return [person] if person else []


def _partner(text: str, other: dict, words: dict[str, tuple[str, str]]) -> dict | None:
    """Reading of `John` in `John and Jane Smith`: given names, with the surname of the other person."""
    tokens = _without_honorifics(text.split(), words)
    given_only = len(tokens) == 1 or (len(tokens) == 2 and _INITIAL.fullmatch(tokens[1]))
    if not given_only or not all(_WORD.fullmatch(token.rstrip(".")) for token in tokens):
        return None
    return _reading(tokens[0], " ".join(tokens[1:]), other["last_name"], "", "")


def _is_honorific(text: str, words: dict[str, tuple[str, str]]) -> bool:
    return all(words.get(_squeeze(token), ("",))[0] == "honorific" for token in text.split())


def _person(text: str, words: dict[str, tuple[str, str]]) -> dict | None:
    """Reading of one person's name, None without a first and a last name."""
    plain = _plain_name(text, words)
    if plain:
        return _reading(*plain, "", "", text)
    segments = [part.split() for part in _NICKNAME.sub(" ", text).split(",")]
    segments = [tokens for tokens in segments if tokens]
    suffixes: list[str] = []
    kept: list[list[str]] = []
    for position, tokens in enumerate(segments):
        if position and len(kept[0]) > 1 and _is_title(" ".join(tokens), words):
            break
        if position and all(_kind(token, words) in _AFTER_COMMA for token in tokens):
            suffixes += [token for token in tokens if _kind(token, words) == "generation"]
        elif position == 0 or len(kept) < 2:
            kept.append(tokens)
    if not kept:
        return None
    if len(kept) == 2 and _is_unlisted_credential(*kept):
        kept = kept[:1]
    if len(kept) == 2 and len(kept[0]) > 1 and _INITIAL.fullmatch(kept[0][-1]):
        kept = [kept[0] + kept[1]]  # `Steven G, Bradshaw`: a comma for the full stop of an initial
    stripped = []
    for position, tokens in enumerate(kept):
        tokens, found = _without_suffixes(tokens, words, 1 if len(kept) == 2 else 2)
        suffixes += found
        stripped.append(_spaced_initials(tokens) if position == len(kept) - 1 else tokens)
    if len(stripped) == 1:
        parsed = _parsed(_without_honorifics(stripped[0], words), words)
    else:
        given = _without_honorifics(stripped[1], words)
        surname = _without_honorifics(stripped[0], words)
        parsed = (given[0], " ".join(given[1:]), " ".join(surname)) if given and surname else None
    if not parsed:
        return None
    suffix = next((token for token in suffixes), "")
    key = words[_squeeze(suffix)][1] if suffix else ""
    return _reading(*parsed, suffix, key, text)


_AFTER_COMMA = ("generation", "degree", "short_degree")


def _plain_name(text: str, words: dict[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """First, middle, last of common forms such as `Jane Doe`, `Jane Q. Doe`, `Jane Mary Doe`; else None.

    It avoids nameparser, which is slow, for names without words that nameparser treats specially. An initial is never
    one of these words.
    """
    tokens = text.split(" ")
    if not 2 <= len(tokens) <= 3:
        return None
    first, *middle, last = tokens
    if not (_WORD.fullmatch(first) and _WORD.fullmatch(last)) or min(len(first), len(last)) < 3:
        return None
    if middle and not (_WORD.fullmatch(middle[0]) or _INITIAL.fullmatch(middle[0])):
        return None
    keys = [_squeeze(token) for token in tokens if not _INITIAL.fullmatch(token)]
    if middle and keys[1:] and _squeeze(middle[0]) == "ben":
        return None
    if not (words.keys().isdisjoint(keys) and _special_words().isdisjoint(keys)):
        return None
    if not text.isascii() and _HAN.search(text):
        return None
    if _DAMAGED_NUMERAL.fullmatch(last):
        return None
    return first, " ".join(middle), last


@cache
def _special_words() -> frozenset[str]:
    """Words that nameparser treats specially: particles, suffixes, conjunctions and the like."""
    groups = ("prefixes", "conjunctions", "suffix_acronyms", "suffix_not_acronyms")
    groups += ("bound_first_names", "maiden_markers", "first_name_titles")
    return frozenset(_squeeze(word) for group in groups for word in getattr(CONSTANTS, group, ()))


def _is_unlisted_credential(name: list[str], rest: list[str]) -> bool:
    """Whether `Jane Doe, XYZ` ends in capitals that are more likely a credential than a name."""
    one_word = len(rest) == 1 and _CREDENTIAL.fullmatch(rest[0])
    return bool(one_word) and len(name) > 1 and not "".join(name).isupper()


def _kind(token: str, words: dict[str, tuple[str, str]]) -> str:
    return words.get(_squeeze(token), ("", ""))[0]


def _without_honorifics(tokens: list[str], words: dict[str, tuple[str, str]]) -> list[str]:
    """Tokens without leading honorifics; a rank (`Captain`) goes only when two words remain."""
    while tokens:
        kind = _kind(tokens[0], words)
        if _kind("".join(tokens[:2]), words) == "honorific":  # `The Honorable`
            tokens = tokens[2:]
            continue
        if kind == "honorific" or (kind == "rank" and len(tokens) > 2):
            tokens = tokens[1:]
        else:
            break
    return tokens


def _without_suffixes(tokens: list[str], words: dict[str, tuple[str, str]], keep: int) -> tuple[list[str], list[str]]:
    """Tokens without trailing degrees and generational suffixes, and the suffix; at least `keep` tokens stay.

    A short degree (`MA`, `DO`) that may be a surname goes only when it is in capitals in a name
    that is not, and two words remain.
    """
    found: list[str] = []
    shouting = "".join(tokens).isupper()
    while len(tokens) > keep:
        last = _repaired_numeral(tokens[-1])
        kind = _kind(last, words)
        pair = _kind("".join(tokens[-2:]), words)
        if kind == "generation":
            found.insert(0, last)
            tokens = tokens[:-1]
        elif kind == "degree" or (kind == "short_degree" and not shouting and last.isupper() and len(tokens) > 2):
            tokens = tokens[:-1]
        elif pair == "degree" and len(tokens) - 2 >= keep:
            tokens = tokens[:-2]
        else:
            break
    return tokens, found


def _repaired_numeral(token: str) -> str:
    """`lll` -> `III`, `lV` -> `IV`: Roman numerals in which I was typed as l, 1 or |."""
    if _DAMAGED_NUMERAL.fullmatch(token):
        return re.sub(r"[l1|]", "I", token)
    return token


def _spaced_initials(tokens: list[str]) -> list[str]:
    """`J.R. Smith` -> `J. R. Smith`, and `DG Smith` -> `D G Smith` in a name not all capitals."""
    spaced: list[str] = []
    shouting = "".join(tokens).isupper()
    for position, token in enumerate(tokens):
        pair = position == 0 and len(tokens) > 1 and len(token) == 2 and token.isupper()
        if _DOTTED_INITIALS.fullmatch(token):
            spaced += [letter + "." for letter in token.split(".") if letter]
        elif pair and token.isalpha() and not shouting:
            spaced += list(token)
        else:
            spaced.append(token)
    return spaced


def _parsed(tokens: list[str], words: dict[str, tuple[str, str]]) -> tuple[str, str, str] | None:
    """First, middle, last of a name without honorifics, degrees and commas, by nameparser.

    Where nameparser takes a given name for a title (`Judge`, `Prince`, `Marc.`) or a surname for
    a degree (`Ma`), the word is put back where it stood.
    """
    if len(tokens) < 2:
        return None
    if len(tokens) == 2:
        return tokens[0], "", tokens[1]
    if len(tokens) == 3 and tokens[1].lower() == "ben":
        return tokens[0], "", f"{tokens[1]} {tokens[2]}"
    plain = _plain_name(" ".join(tokens), words)
    if plain:
        return plain
    name = HumanName(" ".join(tokens))
    given = f"{name.title} {name.first} {name.middle}".split()
    first = name.first if name.first and not name.title else ""
    last = name.last
    if not last or name.suffix:
        return tokens[0], " ".join(tokens[1:-1]), tokens[-1]
    if not given:
        # `De Shawn Doe`: the first word of a name that is not turned round is a first name
        words_of_name = [token for token in tokens if _squeeze(token) not in CONSTANTS.prefixes]
        return (tokens[0], " ".join(tokens[1:-1]), tokens[-1]) if len(words_of_name) > 1 else None
    first = first or given[0]
    return first, " ".join(given)[len(first) :].strip(), last


def _reading(first: str, middle: str, last: str, suffix: str, suffix_key: str, display: str = "") -> dict | None:
    """Reading of one person, null when first or last name has no letter left after folding."""
    keys = [_fold_words(part) for part in (first, middle, last)]
    if not (_has_letter(keys[0]) and _has_letter(keys[2])):
        return None
    first, middle, last = (part.strip(" .,-") if len(part) > 3 else part for part in (first, middle, last))
    shown = " ".join(part for part in (first, middle, last, suffix) if part)
    return {
        "normal_value": " ".join(key for key in (*keys, suffix_key) if key),
        "display_value": display or shown,
        "first_name": first,
        "middle_name": middle or None,
        "last_name": last,
        "suffix": suffix or None,
        "first_key": keys[0],
        "middle_key": keys[1] or None,
        "last_key": keys[2],
        "suffix_key": suffix_key or None,
    }


def _has_letter(key: str) -> bool:
    return key.isalpha() or any(map(str.isalpha, key))
