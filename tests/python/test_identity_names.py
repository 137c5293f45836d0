"""When two names may belong to one person."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slotwatch.identity.names import Name, compatible, related_words, words_agree

WORDS = ["", "j", "b", "r", "james", "jim", "robert", "bob", "rob", "walker", "w", "jen hsun"]
MIDDLES = ["", "m", "michael", "mike", "m b", "michael b", "walker", "michael brian"]
names = st.builds(
    Name,
    st.sampled_from(WORDS),
    st.sampled_from(MIDDLES),
    st.sampled_from(["", "martin", "lawton"]),
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
def test_names_that_may_be_one_person(left: Name, right: Name) -> None:
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
def test_names_that_are_two_people(left: Name, right: Name) -> None:
    assert not compatible(left, right)
    assert not compatible(right, left)


@given(names, names)
def test_compatible_is_reflexive_and_symmetric(left: Name, right: Name) -> None:
    assert compatible(left, left)
    assert compatible(left, right) == compatible(right, left)


@given(names, names)
def test_a_missing_middle_name_or_suffix_never_makes_names_incompatible(left: Name, right: Name) -> None:
    if compatible(left, right):
        assert compatible(left._replace(middle=""), right)
        assert compatible(left._replace(suffix=""), right)


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
def test_any_text_is_a_word(left: str, right: str) -> None:
    assert words_agree(left, left)
    assert words_agree(left, right) == words_agree(right, left)
