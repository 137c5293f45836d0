"""When two names may belong to one person."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.name_codes import NAME_KEYS, are_plainly_compatible, name_codes
from slotwatch.identity.names import Name, compatible, equal, related, related_words, spelled, words_agree

WORDS = [
    "",
    "j",
    "b",
    "r",
    "james",
    "jim",
    "robert",
    "bob",
    "rob",
    "walker",
    "w",
    "jen hsun",
    "jenhsun",
    "joerg",
    "jorg",
]
MIDDLES = ["", "m", "michael", "mike", "m b", "michael b", "walker", "michael brian"]
names = st.builds(
    Name,
    st.sampled_from(WORDS),
    st.sampled_from(MIDDLES),
    st.sampled_from(["", "martin", "lawton", "walker martin", "walkermartin", "muehl", "muhl", "james"]),
    st.sampled_from(["", "jr", "sr", "iii"]),
)


def name(words: str, suffix: str = "") -> Name:
    """`david m cordani`: first, middle, last; two words have no middle."""
    first, *middle, last = words.split()
    return Name(first, " ".join(middle), last, suffix)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (name("david m cordani"), name("david cordani")),
        (name("harry a lawton"), name("harry a lawton", "iii")),
        (name("j walker martin"), name("jeffrey w martin")),
        (name("david m cordani"), name("david michael cordani")),
        (name("david mike cordani"), name("david michael cordani")),
        (name("david m j cordani"), name("david michael john cordani")),
        (name("david michael cordani"), name("david m j cordani")),
        (name("robert cordani"), name("bob cordani")),
        (name("robert cordani"), name("rob cordani")),
        (name("r cordani"), name("rob cordani")),
        (Name("jen hsun", "", "huang"), Name("j", "", "huang")),
        (name("william smith"), name("bill smith")),
        (name("alexander smith"), name("alex smith")),
        (name("jonathan smith"), name("jon smith")),
    ],
)
def test_names_that_may_belong_to_one_person_are_compatible(left: Name, right: Name) -> None:
    assert compatible(left, right)
    assert compatible(right, left)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (name("james b smith"), name("james r smith")),
        (name("harry lawton", "jr"), name("harry lawton", "sr")),
        (name("harry lawton", "jr"), name("harry lawton", "iii")),
        (name("gregory e johnson"), name("jennifer m johnson")),
        (name("james smith"), name("james smyth")),
        (name("bob cordani"), name("rob cordani")),
        (name("bobby cordani"), name("rob cordani")),
        (name("bill smith"), name("will smith")),
        (name("joe smith"), name("joey smith")),
        (name("b cordani"), name("robert cordani")),
        (name("david m j cordani"), name("david michael robert cordani")),
        (name("david m cordani"), name("david robert michael cordani")),
        (Name("", "", "cordani"), name("david cordani")),
        (Name("jen hsun", "", "huang"), name("jen huang")),
        (Name("\u4f1f", "", "li"), Name("\u4f1f\u660e", "", "li")),
    ],
)
def test_names_of_two_people_are_not_compatible(left: Name, right: Name) -> None:
    assert not compatible(left, right)
    assert not compatible(right, left)


@given(names, names)
def test_compatible_is_reflexive_and_symmetric(left: Name, right: Name) -> None:
    assert compatible(left, left)
    assert compatible(left, right) == compatible(right, left)


@given(st.lists(st.tuples(names, names), min_size=1, max_size=20))
def test_names_that_are_compatible_as_numbers_are_compatible(pairs: list[tuple[Name, Name]]) -> None:
    tables = (pa.table(list(zip(*side, strict=True)), names=NAME_KEYS) for side in zip(*pairs, strict=True))
    one, other = name_codes(*tables)
    rows = np.arange(len(pairs))
    found = are_plainly_compatible(one, rows, other, rows).tolist()
    assert all(compatible(*pair) for pair, is_plain in zip(pairs, found, strict=True) if is_plain)
    assert are_plainly_compatible(one, rows, one, rows).tolist() == [bool(one.first and one.last) for one, _ in pairs]


@given(names, names)
def test_a_missing_middle_name_or_suffix_never_makes_names_incompatible(left: Name, right: Name) -> None:
    if compatible(left, right):
        assert compatible(left._replace(middle=""), right) or equal(left, right)
        assert compatible(left._replace(suffix=""), right)


SPELLINGS = [
    (Name("anne marie", "", "joss"), Name("anne", "marie", "joss")),
    (Name("annemarie", "", "joss"), Name("anne", "marie", "joss")),
    (Name("kevin", "", "obrann"), Name("kevin", "o", "brann")),
    (Name("luca", "", "damico"), Name("luca", "d", "amico")),
    (Name("john", "", "macdarrow"), Name("john", "", "mac darrow")),
    (Name("juan", "", "de la corva"), Name("juan", "", "delacorva")),
    (Name("marta", "garrin", "lopes"), Name("marta", "", "garrin lopes")),
    (Name("vincent", "", "van hoorn"), Name("van", "hoorn", "vincent")),
    (Name("wei hao", "", "li"), Name("li", "", "weihao")),
    (Name("li", "", "weihao"), Name("weihao", "", "li")),
    (Name("lan", "thi", "nguyen"), Name("nguyen", "thi", "lan")),
    (Name("joerg", "", "muehlmann"), Name("jorg", "", "muhlmann")),
    (Name("joerg", "", "muhlmann"), Name("jorg", "", "muehlmann")),
    (Name("jo ellen", "", "muller"), Name("joellen", "", "mueller")),
    (Name("soren", "k", "kjaergard"), Name("soeren", "", "kjargard")),
    (Name("robert", "", "mueller"), Name("bob", "", "muller")),
    (Name("anna", "", "smith torne"), Name("anna", "", "smithtorne", "jr")),
]


@pytest.mark.parametrize(("left", "right"), SPELLINGS)
def test_blanks_umlauts_and_the_order_of_words_do_not_count(left: Name, right: Name) -> None:
    assert compatible(left, right)
    assert compatible(right, left)
    assert related(left, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        (name("joe smith"), name("jo smith")),
        (name("joey smith"), name("joy smith")),
        (name("michael smith"), name("michal smith")),
        (name("joel smith"), name("jol smith")),
        (name("hans bauer"), name("hans baur")),
        (name("mei xue"), name("mei xu")),
        (name("erik lundholm"), name("erika lundholm")),
        (name("li wei", "jr"), name("wei li", "sr")),
        (name("anna smith"), Name("anna", "", "smith torne")),
    ],
)
def test_similar_spellings_of_different_names_are_not_compatible(left: Name, right: Name) -> None:
    assert not compatible(left, right)
    assert not compatible(right, left)


@pytest.mark.parametrize(
    ("part", "letters"),
    [("mueller", "muller"), ("joerg", "jorg"), ("aerzen", "arzen"), ("jacques", "jacques"), ("de la o", "delao"),
     ("noel", "noel"), ("zoe", "zoe"), ("bauer", "bauer"), ("", "")],
)  # fmt: skip
def test_an_e_after_a_vowel_counts_as_umlaut_only_where_german_has_one(part: str, letters: str) -> None:
    assert spelled(part) == letters


@pytest.mark.parametrize(
    ("left", "right", "by_first", "by_last"),
    [
        (name("paula trew"), Name("paula", "", "trew nance"), True, True),
        (name("robert lee"), name("bob park"), True, True),
        (name("p trew"), name("paula nance"), True, True),
        (name("bob lee"), name("rob park"), False, False),
        (name("mira lee"), name("tess lee"), False, True),
        (name("mira muller"), name("tess mueller"), False, True),
        (name("wei li"), name("li wei"), True, True),
        (name("mira lee"), name("tess park"), False, False),
        (name("mira lee", "jr"), name("mira park", "sr"), True, True),
    ],
)
def test_names_are_related_by_first_name_or_on_linkedin_by_last_name(
    left: Name, right: Name, by_first: bool, by_last: bool
) -> None:
    for one, other in ((left, right), (right, left)):
        assert related(one, other) == by_first
        assert related(one, other, by_last_name=True) == by_last


def test_compatible_is_not_transitive() -> None:
    middle = name("d cordani")
    assert compatible(name("david cordani"), middle)
    assert compatible(middle, name("daniel cordani"))
    assert not compatible(name("david cordani"), name("daniel cordani"))


def test_two_nicknames_of_one_name_do_not_match_each_other() -> None:
    for full, shorts in {
        "robert": ["bob", "rob", "bobby"],
        "william": ["bill", "will", "willie"],
        "james": ["jim", "jimmy"],
        "elizabeth": ["liz", "beth", "betsy"],
        "michael": ["mike", "mick"],
        "richard": ["dick", "rick", "rich"],
        "edward": ["ed", "ted", "eddie"],
    }.items():
        assert all(words_agree(full, short) for short in shorts)
        assert not any(words_agree(a, b) for a in shorts for b in shorts if a != b)


def test_every_nickname_of_the_package_keeps_a_full_name() -> None:
    from nicknames import NickNamer

    for short in NickNamer().canonical_lookup:
        assert related_words(short), short


@settings(max_examples=50)
@given(st.text(max_size=3), st.text(max_size=3))
def test_any_text_can_be_compared_as_a_word(left: str, right: str) -> None:
    assert words_agree(left, left)
    assert words_agree(left, right) == words_agree(right, left)
