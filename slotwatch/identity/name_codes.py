"""The names of rows as numbers, so that rows whose names may agree are found without comparing all pairs."""

from collections.abc import Callable
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slotwatch.identity import Bools, Ints, codes, number_codes, pair_codes, plain_text
from slotwatch.identity.names import Name, spelled

NAME_KEYS = ["first_key", "middle_key", "last_key", "suffix_key"]


class NameCodes(NamedTuple):
    """Numbers for the names of rows. Names that are spelled alike (`names.spelled`) have the same number.

    `first`, `middle`, `last`, `suffix`: -1 where missing; middle names and suffixes to the letter. `exact`: the name to
    the letter, with its suffix. `parts`: first, middle and last name together. `letter_row` and `letter`: rows,
    ascending, with numbers of their joined letters; a row may have four. `word`: the words in any order, -1 where left
    out. A row is in `letter_row`, or has a `word`, only if a row with other parts has the same letters or words.
    """

    first: Ints
    middle: Ints
    last: Ints
    suffix: Ints
    exact: Ints
    parts: Ints
    letter_row: Ints
    letter: Ints
    word: Ints


def name_codes(*tables: pa.Table) -> list[NameCodes]:
    """Numbers for the names of tables with the columns `NAME_KEYS`. A number stands for the same name in all of the
    tables.
    """
    *plain, suffix = (
        pc.fill_null(pa.concat_arrays([plain_text(table[key]) for table in tables]), "") for key in NAME_KEYS
    )
    exact = codes(pc.binary_join_element_wise(*plain, suffix, "|"))
    folded = [_mapped(part, spelled, pa.string()) for part in plain]
    # middle names are compared word by word, so `mary ann` and `maryann` are different ones here
    first, middle, last = codes(folded[0]), codes(plain[1]), codes(folded[2])
    parts = pair_codes(pair_codes(first, middle), last)

    # the spellings of `names.joined_letters`: two for rows with an umlaut, twice as many if there are several words
    several = pc.or_(pc.greater(pc.utf8_length(plain[1]), 1), pc.match_substring(plain[0], " "))
    several = pc.or_(several, pc.match_substring(plain[2], " ")).to_numpy(zero_copy_only=False)
    rows, letters = [], []
    for turned in (False, True):
        row = np.flatnonzero(several) if turned else np.arange(len(parts))
        order = (2, 0, 1) if turned else (0, 1, 2)
        one, other = (
            pc.binary_join_element_wise(*(words[part].take(pa.array(row)) for part in order), "")
            for words in (plain, folded)
        )
        one = pc.replace_substring(one, " ", "")
        differs = pc.not_equal(one, other)
        rows += [row, row[differs.to_numpy(zero_copy_only=False)]]
        letters += [one, other.filter(differs)]
    row, letter = np.concatenate(rows), codes(pa.concat_arrays(letters))
    is_needed = _has_other_parts(letter, parts[row])
    row, letter = row[is_needed], letter[is_needed]
    order = np.lexsort((letter, row))
    row, letter = row[order], letter[order]

    # equal words in any order have equal sums; the sums wrap around
    sums = [_mapped(part, _word_sum, pa.uint64()).to_numpy(zero_copy_only=False) for part in plain]
    word = number_codes(sums[0] + sums[1] + sums[2])
    word = np.where(_has_other_parts(word, parts), word, -1)

    first, middle, last, ending = (
        np.where(pc.equal(text, "").to_numpy(zero_copy_only=False), -1, code)
        for text, code in zip((*plain, suffix), (first, middle, last, codes(suffix)), strict=True)
    )
    found = []
    for start, end in pairwise(np.cumsum([0, *(table.num_rows for table in tables)])):
        lines = slice(*np.searchsorted(row, [start, end]))
        part = slice(start, end)
        found.append(
            NameCodes(
                first=first[part],
                middle=middle[part],
                last=last[part],
                suffix=ending[part],
                exact=exact[part],
                parts=parts[part],
                letter_row=row[lines] - start,
                letter=letter[lines],
                word=word[part],
            )
        )
    return found


def are_plainly_compatible(one: NameCodes, row: Ints, other: NameCodes, other_row: Ints) -> Bools:
    """Whether the names of rows are compatible (`names.compatible`) at first sight.

    First and last names are there and spelled alike, middle names and suffixes are equal or missing in one of the two.
    Names that are compatible for another reason, such as a nickname, are not found here.

    Args:
        one, other: names. row, other_row: the rows to compare, of the same length.
    """
    found = (one.first[row] >= 0) & (one.last[row] >= 0)
    found &= (one.first[row] == other.first[other_row]) & (one.last[row] == other.last[other_row])
    for codes_of_one, codes_of_other in ((one.middle, other.middle), (one.suffix, other.suffix)):
        left, right = codes_of_one[row], codes_of_other[other_row]
        found &= (left == right) | (left < 0) | (right < 0)
    return found


def names_at(table: pa.Table, lines: Ints) -> list[Name]:
    """The names of some rows of a table with the columns `NAME_KEYS`."""
    keys = (table[column].take(lines).fill_null("").to_pylist() for column in NAME_KEYS)
    return list(map(Name, *keys))


def _mapped(values: pa.Array, function: Callable[[str], object], kind: pa.DataType) -> pa.Array:
    """The function of each text, computed once for each distinct one."""
    encoded = values.dictionary_encode()
    return pa.array(map(function, encoded.dictionary.to_pylist()), kind).take(encoded.indices)


@lru_cache(maxsize=1 << 17)
def _word_sum(part: str) -> int:
    words = (blake2b(spelled(word).encode(), digest_size=8).digest() for word in part.split())
    return sum(int.from_bytes(word) for word in words) % (1 << 64)


def _has_other_parts(code: Ints, parts: Ints) -> Bools:
    """Whether rows with the same number have different parts."""
    size = code.max(initial=-1) + 1
    low, high = np.full(size, np.iinfo(np.int64).max), np.full(size, -1)
    np.minimum.at(low, code, parts)
    np.maximum.at(high, code, parts)
    return (low < high)[code]
