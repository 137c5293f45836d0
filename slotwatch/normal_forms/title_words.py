"""The words of job titles: compiles the seeds, and splits a title into words and separators.

Source of the rules: the business rules on slots, "Title to role".
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from slotwatch.normal_forms.companies import company_key, suffix_phrases
from slotwatch.normal_forms.text import fold_initials
from slotwatch.normal_forms.word_lists import WordLists, column, rows

TITLE_WORD_LISTS = (
    "legal_suffixes",
    "name_words",
    "placeholder_titles",
    "title_exclusions",
    "title_job_words",
    "title_ranks",
    "title_spellings",
    "title_unit_words",
)

SEPARATORS = frozenset("&,/|;-()")
CONNECTIVES = frozenset({"of", "for", "at", "with", "in", "dba"})
AT = frozenset({"at", "with", "dba"})  # what follows is where the whole title is held
WORDS_IN_A_CHIEF = 3  # words beside the function in `chief financial and transformation officer`

_CHIEFS = frozenset({"chief", "principal"})
_CHARACTERS = str.maketrans(
    dict.fromkeys("[{<", "(")
    | dict.fromkeys("]}>", ")")
    | dict.fromkeys("•·∙●▪■◆★☆✦✧│¦‖»", "|")
    | dict.fromkeys("\u2014\u2015", " - ")  # em dash, bar
    | dict.fromkeys("\u2010\u2011\u2012\u2013\u2212", "-")  # hyphens, en dash, minus
    | {"+": "&", ":": ",", "\\": "/", "\u2044": "/", "@": " at "}
)
_SLASHED = {"d/b/a": "dba", "f/k/a": "formerly", "o/b/o": "obo", "v/p": "vp", "n/a": "na", "w/": "with"}
_SLASHED_WORD = re.compile(r"\b(?:d/b/a|f/k/a|o/b/o|v/p|n/a)\b|\bw/(?=\s)", re.IGNORECASE)
_SENTENCE_END = re.compile(r"(?:(?<=\w{6})|(?<=\bc[efo]o)|(?<=\bchro)|(?<=\bowner))[.!?]+\s+(?=\w)", re.IGNORECASE)
_SEPARATOR = re.compile(r"([&,/|;()]|\s-+\s?|-+\s)")
_SPACING = {"&": " & ", ",": ", ", "/": " / ", "|": " | ", ";": "; ", "-": " - ", "(": " (", ")": ") "}
_YEAR = re.compile(r"(?:19|20)\d\d")
_MONTHS = frozenset("jan feb mar apr may jun jul aug sep sept oct nov dec".split()) | frozenset(
    "january february march april june july august september october november december".split()
)


class Token(NamedTuple):
    """A word of a title, or a separator (one of `SEPARATORS`)."""

    word: str  # as the rules know it: `hr`, `north america`
    plain: str  # the words as written, folded: `human resources`; empty if the token before has them


class Rank(NamedTuple):
    """A row of `title_ranks`."""

    role: str
    rank: int
    limited_rank: int | None  # rank of the claim where a unit limits it; None: no claim
    precedence: int


Phrases = dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]  # by first word, the longest first


@dataclass(frozen=True)
class TitleWords:
    """The word lists of titles, compiled by `title_words`."""

    placeholders: frozenset[str]
    longest_placeholder: int  # words and separators
    key_spellings: Phrases
    spellings: tuple[Phrases, ...]  # before the chiefs are folded
    late_spellings: tuple[Phrases, ...]  # after it
    chiefs: dict[str, str]  # function of a chief -> acronym
    joined: Phrases  # phrases of all lists that become one token
    ranks: dict[tuple[str, str], Rank]  # (level, function); an office has no function
    reaches: dict[str, str]  # exclusion -> reach
    offices: frozenset[str]  # other offices of a whole company
    jobs: frozenset[str]  # words that begin another job
    professions: frozenset[str]
    modifiers: frozenset[str]
    regions: frozenset[str]
    limiting: dict[str, str]  # word that limits the office after it -> the only such office, or blank
    between: frozenset[str]
    no_units: frozenset[str]
    degrees: frozenset[str]
    legal_forms: frozenset[str]
    name_key: Callable[[str], str]
    levels: frozenset[str]
    functions: dict[str, str]  # function -> its role
    fillers: frozenset[str]  # words that may stand beside a bare level or function

    def limits(self, word: str, office: str) -> bool:
        """Does the word limit an office that it stands before?"""
        return word in self.regions or self.limiting.get(word) in ("", office)


def title_words(word_lists: WordLists) -> TitleWords:
    """Compile the word lists of titles.

    Args:
        word_lists: the seeds named by `TITLE_WORD_LISTS`, as Arrow tables.

    Raises:
        KeyError: a word list is missing.
    """
    ranks = {
        (row["level_word"].strip(), row["function_word"].strip()): Rank(
            row["role"],
            int(row["rank"]),
            int(row["limited_rank"]) if row["limited_rank"].strip() else None,
            int(row["precedence"]),
        )
        for row in rows(word_lists, "title_ranks")
    }
    reaches = {row["phrase"]: row["reach"] for row in rows(word_lists, "title_exclusions")}
    jobs = _by_kind(word_lists, "title_job_words")
    units = _by_kind(word_lists, "title_unit_words")
    limiting = {
        row["phrase"]: row["only_office"].strip()
        for row in rows(word_lists, "title_unit_words")
        if row["kind"] == "before"
    }
    steps: dict[int, list[tuple[str, str]]] = {}
    for row in rows(word_lists, "title_spellings"):
        steps.setdefault(int(row["step"]), []).append((row["phrase"], row["replacement"]))
    key_step, early_step, *late_steps = [_phrases(pairs) for _, pairs in sorted(steps.items())]
    listed = {*reaches, *limiting, *(word for pair in ranks for word in pair)}.union(*jobs.values(), *units.values())
    placeholders = column(word_lists, "placeholder_titles", "title")
    name_words = rows(word_lists, "name_words")
    return TitleWords(
        placeholders=frozenset(map(fold_initials, placeholders)),
        longest_placeholder=2 * max(len(split_title(title)) for title in placeholders),
        key_spellings=key_step,
        spellings=(early_step,),
        late_spellings=tuple(late_steps),
        chiefs={
            phrase.split()[1]: acronym
            for pairs in steps.values()
            for phrase, acronym in pairs
            if len(phrase.split()) == 3 and phrase.startswith("chief ") and phrase.endswith(" officer")
        },
        joined=_phrases((phrase, None) for phrase in listed if " " in phrase),
        ranks=ranks,
        reaches=reaches,
        offices=jobs["office"],
        jobs=jobs["job"],
        professions=jobs["profession"],
        modifiers=jobs["modifier"],
        regions=units["region"],
        limiting=limiting,
        between=units["between"],
        no_units=units["no_unit"] | units["between"],
        degrees=frozenset(row["word"] for row in name_words if row["kind"] in ("degree", "short_degree")),
        legal_forms=frozenset(map(" ".join, suffix_phrases(word_lists))),
        name_key=company_key(word_lists),
        levels=frozenset(level for level, function in ranks if level and function),
        functions={function: rank.role for (_, function), rank in ranks.items() if function},
        fillers=jobs["modifier"] | units["between"] | units["region"] | frozenset(limiting),
    )


def _by_kind(word_lists: WordLists, name: str) -> dict[str, frozenset[str]]:
    kinds: dict[str, set[str]] = {}
    for row in rows(word_lists, name):
        kinds.setdefault(row["kind"], set()).add(row["phrase"])
    return {kind: frozenset(phrases) for kind, phrases in kinds.items()}


def _phrases(pairs: Iterable[tuple[str, str | None]]) -> Phrases:
    """Phrases with their replacements; a phrase without one (None) becomes a single token."""
    phrases: Phrases = {}
    for phrase, replacement in pairs:
        words = tuple(token.word for token in split_title(phrase))
        new = (phrase,) if replacement is None else tuple(token.word for token in split_title(replacement))
        phrases.setdefault(words[0], []).append((words, new))
    for candidates in phrases.values():
        candidates.sort(key=lambda candidate: (-len(candidate[0]), candidate))
    return phrases


def split_title(text: str) -> list[Token]:
    """A cleaned title as words and separators, lower case, accents and other punctuation folded.

    A hyphen with a blank beside it and a dash are the separator `-`; a hyphen inside a word is a
    blank. `and` and `+` are `&`; `@` is the word `at`; a full stop that ends a sentence is `;`.
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(character for character in decomposed if not unicodedata.combining(character))
    text = text.translate(_CHARACTERS)
    if "/" in text:
        text = _SLASHED_WORD.sub(lambda match: _SLASHED[match.group().lower()], text)
    tokens = []
    if "." in text or "!" in text or "?" in text:
        text = _SENTENCE_END.sub("; ", text)
    for number, piece in enumerate(_SEPARATOR.split(text)):
        if number % 2:
            separator = piece.strip()[0]
            tokens.append(Token(separator, separator))
        else:
            for word in fold_initials(piece).split():
                word = "&" if word == "and" else word
                tokens.append(Token(word, word))
    return _without_idle_separators(tokens)


def _without_idle_separators(tokens: list[Token]) -> list[Token]:
    """Tokens without separators that separate nothing or repeat their neighbour."""
    kept: list[Token] = []
    run: list[str] = []
    for token in [*tokens, None]:
        if token is not None and token.word in SEPARATORS:
            run += [token.word] * (token.word not in run)
            continue
        if run:
            if not kept or token is None:  # a bracket before the first or after the last word
                run = ["("] * (not kept and "(" in run) or [")"] * (token is None and ")" in run)
            if len(run) > 1:
                run = [sign for sign in run if sign != ","]
            if not {"(", ")", "/", "|", ";"}.isdisjoint(run):
                run = [sign for sign in run if sign != "-"]
            kept += [Token(sign, sign) for sign in run]
            run = []
        if token is not None:
            kept.append(token)
    return kept


def respell(tokens: list[Token], phrases: Phrases) -> list[Token]:
    """Tokens with the phrases replaced, from left to right, the longest first.

    The first token of a replacement keeps the plain words of all that it stands for.
    """
    if phrases.keys().isdisjoint([token[0] for token in tokens]):
        return tokens
    respelled: list[Token] = []
    dropped = ""  # plain words for the next token
    position = 0
    while position < len(tokens):
        token = tokens[position]
        new = None
        for old, replacement in phrases.get(token.word, ()):
            end = position + len(old)
            if end <= len(tokens) and all(tokens[position + n].word == old[n] for n in range(1, len(old))):
                new = replacement
                break
        if new is None:
            respelled.append(token if not dropped else Token(token.word, f"{dropped} {token.plain}".strip()))
            dropped = ""
            position += 1
            continue
        plain = " ".join(filter(None, [dropped, *(token.plain for token in tokens[position:end])]))
        respelled += [Token(word, "" if number else plain) for number, word in enumerate(new)]
        dropped = "" if new else plain
        position = end
    return respelled


def fold_chiefs(tokens: list[Token], words: TitleWords) -> list[Token]:
    """Tokens with `chief ... officer` as acronyms, or as `chief officer` if no word in it names a function.

    `principal ... officer` is `principal officer` whatever stands in it: the signer of a filing.
    """
    if not any(token.word in _CHIEFS for token in tokens):
        return tokens
    folded: list[Token] = []
    position = 0
    while position < len(tokens):
        first = tokens[position].word
        end, acronyms = _chief_at(tokens, position, words) if first in _CHIEFS else (None, [])
        if end is None:
            folded.append(tokens[position])
            position += 1
            continue
        plain = " ".join(filter(None, (token.plain for token in tokens[position:end])))
        if first == "principal" or not acronyms:
            acronyms = [f"{first} officer"]
        for number, acronym in enumerate(acronyms):
            folded += [Token("&", "")] * bool(number) + [Token(acronym, "" if number else plain)]
        position = end
    return folded


def _chief_at(tokens: list[Token], start: int, words: TitleWords) -> tuple[int | None, list[str]]:
    """The end of the `chief ... officer` that starts here, and its acronyms; None if none starts here."""
    acronyms: list[str] = []
    others = 0
    for position in range(start + 1, len(tokens)):
        word = tokens[position].word
        if word == "officer":
            return position + 1, acronyms
        if word in _CHIEFS:  # `chief financial and chief operating officer`
            return (position - 1 if acronyms and tokens[position - 1].word in "&,/" else None), acronyms
        if word in words.chiefs:
            acronyms += [words.chiefs[word]] * (words.chiefs[word] not in acronyms)
        elif word not in ("&", ",", "/"):
            others += 1
            if others > WORDS_IN_A_CHIEF or word in SEPARATORS or word in CONNECTIVES:
                break
            if word in words.professions or word in words.jobs:
                break
    return None, []


def write_title(tokens: Iterable[Token]) -> str:
    """The tokens as one text, which `split_title` turns into the same tokens again."""
    text = ""
    for word, _ in tokens:
        if word in SEPARATORS:
            text = text.rstrip() + _SPACING[word]
        else:
            text += word if not text or text.endswith((" ", "(")) else f" {word}"
    return text.strip()


def is_date(words: list[str]) -> bool:
    """Do the words begin with a year or with a month and a number, or are all of them numbers?"""
    if _YEAR.fullmatch(words[0]) or all(word.isdigit() for word in words):
        return True
    return words[0] in _MONTHS and len(words) > 1 and words[1].isdigit()


def is_degree(words: list[str], degrees: frozenset[str]) -> bool:
    """Do the words begin with a degree, written as up to three words (`shrm cp`)?"""
    return any("".join(words[:size]) in degrees for size in (1, 2, 3))
