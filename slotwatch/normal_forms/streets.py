"""Street addresses: one key for all usual spellings of a street and number."""

from collections.abc import Callable

from slotwatch.normal_forms.text import clean, fold
from slotwatch.normal_forms.word_lists import WordLists, rows


def street_key(word_lists: WordLists) -> Callable[[str], str | None]:
    """Function from the first line of an address to its key; null if it has no number and fewer than two words.

    Case and punctuation do not count, words are abbreviated as the seed `street_words` says (`Road` = `Rd.`), and a
    word for a part of a building (`Suite 5`) ends the key, unless it comes first.
    """
    words = {row["word"]: row for row in rows(word_lists, "street_words")}
    units = {word for word, row in words.items() if row["kind"] == "unit"}
    spellings = {word: row["meaning"] for word, row in words.items() if row["kind"] == "spelling"}

    def key(address: str) -> str | None:
        found = fold(clean(address).partition("#")[0]).split()
        end = next((place for place, word in enumerate(found) if place and word in units), len(found))
        found = [spellings.get(word, word) for word in found[:end]]
        return " ".join(found) if len(found) > 1 else None

    return key
