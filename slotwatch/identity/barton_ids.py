"""Barton ids of companies and people, `NN.NN.NN.NN.NNNNN.NNN`: conversion of numbers to ids and back.

Ids of slots and errors are made in SQL (macro `barton_id`), which also refuses numbers beyond the var `barton_blocks`.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

PREFIX = "04.04.02.04."
FIRST_BLOCK = {"person": 20_000, "company": 30_000}
BLOCKS = 10_000  # number of blocks between the first blocks of two types
NO_NUMBER = -1


def barton_ids(numbers: npt.NDArray[np.int64], entity: str) -> pa.Array:
    """The ids that are minted for numbers 0, 1, 2, ... of a type; a block has 1,000 numbers."""
    block, rest = pa.array(FIRST_BLOCK[entity] + numbers // 1000), pa.array(numbers % 1000)
    block, rest = (pc.utf8_lpad(part.cast(pa.string()), width, "0") for part, width in ((block, 5), (rest, 3)))
    return pc.binary_join_element_wise(pc.binary_join_element_wise(PREFIX, block, ""), rest, ".")


def barton_numbers(ids: pa.Array, entity: str) -> npt.NDArray[np.int64]:
    """The entity number that each id (text, nullable) stands for; -1 if the id is not in a block of the type."""
    ids = ids.cast(pa.string())
    is_ours = pc.match_substring_regex(ids, r"\A04\.04\.02\.04\.[0-9]{5}\.[0-9]{3}\z")
    ids = pc.if_else(is_ours, ids, None)
    block = pc.utf8_slice_codeunits(ids, 12, 17).cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    rest = pc.utf8_slice_codeunits(ids, 18, 21).cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    position = block - FIRST_BLOCK[entity]
    return np.where((position >= 0) & (position < BLOCKS), position * 1000 + rest, NO_NUMBER)
