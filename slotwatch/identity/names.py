"""When two names may belong to one person, and when they may share an email or a LinkedIn page.

Source: business rules, section 1. Blanks, hyphens, apostrophes, case and accents do not count, and an umlaut equals
both its letter and the spelling with `e`. Names are equal when all their letters joined are equal, or when they are the
same words in another order. Other names are compared part by part: last names agree; first and middle names agree, or
one is missing (middle only), the initial, or a known nickname of the other (PyPI `nicknames`); two nicknames of one
name do not match each other; generational suffixes do not contradict.

`compatible` is reflexive and symmetric, not transitive: `d cordani` goes with `david cordani` and
with `daniel cordani`, who are not one person. Groups must not be built from it by transitive closure.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from nicknames import NickNamer

# The package lists some short forms as if they were full names (`bob has_nickname rob`). A relation
# that starts from one of these counts only if no third name has both as its nicknames.
SHORT_FORMS = frozenset(
    """
    alex babs bab becca beck bella bert bess beth biddie bill bob bobby brad cathy chick chris
    christy con debbie debby dick dotty ebbie eddie eddy ellie fran gertie gus gwen harry jerry jody
    joe kate katy kenny kit kris kristy lib lil lilly lizzie lonzo lotta lou mac mack maddy manda
    manny marge mick mike mitzi nelle ossy patsy peggy philly reba reggie rich rick ricky ron sam
    sandy sue ted thom tim tisha tom trish trix vic vicki wally will willie zach zack
    """.split()
)


class Name(NamedTuple):
    """A person's name as folded lower-case keys, '' for missing parts; words are separated by blanks."""

    first: str
    middle: str = ""
    last: str = ""
    suffix: str = ""


@cache
def _nickname_relations() -> dict[str, frozenset[str]]:
    """Each word with the words that are a nickname of it or that it is a nickname of."""
    nicknamer = NickNamer()
    nicknames = nicknamer.nickname_lookup
    full_names = nicknamer.canonical_lookup
    relations: dict[str, set[str]] = {}
    for name, shorts in nicknames.items():
        for short in shorts - {name}:
            third = full_names.get(name, set()) & full_names[short] - {name, short}
            if name in SHORT_FORMS and third:
                continue
            relations.setdefault(name, set()).add(short)
            relations.setdefault(short, set()).add(name)
    return {word: frozenset(related) for word, related in relations.items()}


def related_words(word: str) -> frozenset[str]:
    """The full names of a nickname and the nicknames of a full name, without the word itself."""
    return _nickname_relations().get(word, frozenset())


def is_initial(word: str) -> bool:
    """One letter of a script that has initials (a single Chinese character is a name)."""
    return len(word) == 1 and word.islower()


# `ae`, `oe` or `ue` that may stand for an umlaut: after a consonant or at the start, before a consonant; not the `e` of
# `Joe`, `Joey`, `Bauer`, `Samuel`.
_UMLAUT = re.compile(r"(?<![aeiouq])([aou])e(?=[^aeiouy])(?!l$)")


@lru_cache(maxsize=1 << 17)
def spelled(part: str) -> str:
    """A part of a name without blanks; an umlaut that is spelled with `e` loses the `e`: `muehl mann` -> `muhlmann`."""
    joined = part.replace(" ", "")
    return _UMLAUT.sub(r"\1", joined) if "e" in joined else joined


def joined_letters(name: Name) -> set[str]:
    """All letters of a name without its suffix.

    Also with an umlaut that may be spelled with `e`, and, if some part has several words (of which a hyphen makes one),
    with the last name first: `Kim Min-jun` is `Minjun Kim`.
    """
    parts = [(name.first, name.middle, name.last), tuple(map(spelled, (name.first, name.middle, name.last)))]
    if is_of_several_words(name):
        parts += [(last, first, middle) for first, middle, last in parts]
    return {"".join(words).replace(" ", "") for words in parts}


def is_of_several_words(name: Name) -> bool:
    """Whether the first or last name has several words, or the middle name is more than an initial."""
    return len(name.middle) > 1 or " " in name.first or " " in name.last


def sorted_words(name: Name) -> str:
    """The words of a name without its suffix, in alphabetical order."""
    return " ".join(sorted(map(spelled, f"{name.first} {name.middle} {name.last}".split())))


def words_agree(left: str, right: str) -> bool:
    """Whether two words have the same letters, or one is the initial or a known nickname of the other; '' agrees only
    with ''.
    """
    if left == right:
        return True
    if is_initial(left) or is_initial(right):
        return left[:1] == right[:1]
    return right in related_words(left) or spelled(left) == spelled(right)


def _middles_agree(left: str, right: str) -> bool:
    """Compare word by word; a word that one side lacks counts as missing."""
    if left == right or not left or not right:
        return True
    return all(words_agree(*pair) for pair in zip(left.split(), right.split(), strict=False))


def equal(left: Name, right: Name) -> bool:
    """Whether two names have the same letters, or the same words in another order; suffixes do not count."""
    return not joined_letters(left).isdisjoint(joined_letters(right)) or sorted_words(left) == sorted_words(right)


@lru_cache(maxsize=1 << 16)
def compatible(left: Name, right: Name) -> bool:
    """Whether two names may be the same person's; symmetric and reflexive, not transitive.

    They are equal; or last names are equal, and first names and the words of the middle names agree (`words_agree`), a
    middle name may be missing. Generational suffixes are equal or one is missing.
    """
    if left.suffix != right.suffix and left.suffix and right.suffix:
        return False
    return (
        spelled(left.last) == spelled(right.last)
        and words_agree(left.first, right.first)
        and _middles_agree(left.middle, right.middle)
    ) or equal(left, right)


@lru_cache(maxsize=1 << 16)
def related(left: Name, right: Name, by_last_name: bool = False) -> bool:
    """Whether two names may share an email or LinkedIn page, because a person may change the last name.

    First names agree (`words_agree`), or the names are equal. For a LinkedIn page (`by_last_name`) equal last names are
    enough. Suffixes do not count.
    """
    return (
        words_agree(left.first, right.first)
        or (by_last_name and spelled(left.last) == spelled(right.last))
        or equal(left, right)
    )
