"""When two names may belong to one person.

Source: business rules, section 1: last names agree; first and middle names agree, or one is missing
(middle only), the initial, or a known nickname of the other (PyPI `nicknames`); two nicknames of
one name do not match each other; generational suffixes do not contradict.

`compatible` is reflexive and symmetric, not transitive: `d cordani` goes with `david cordani` and
with `daniel cordani`, who are not one person. Groups must not be built from it by transitive closure.
"""

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


def words_agree(left: str, right: str) -> bool:
    """Same word, or one is the initial or a known nickname of the other; '' agrees only with ''."""
    if left == right:
        return True
    if is_initial(left) or is_initial(right):
        return left[:1] == right[:1]
    return right in related_words(left)


def _middles_agree(left: str, right: str) -> bool:
    """Compare word by word; a word that one side lacks counts as missing."""
    if left == right or not left or not right:
        return True
    return all(words_agree(*pair) for pair in zip(left.split(), right.split(), strict=False))


@lru_cache(maxsize=1 << 16)
def compatible(left: Name, right: Name) -> bool:
    """Whether two names may be the same person's; symmetric and reflexive, not transitive.

    Last names are equal; first names and the words of the middle names agree (`words_agree`), a
    middle name may be missing; generational suffixes are equal or one is missing.
    """
    return (
        left.last == right.last
        and words_agree(left.first, right.first)
        and (left.suffix == right.suffix or not left.suffix or not right.suffix)
        and _middles_agree(left.middle, right.middle)
    )
