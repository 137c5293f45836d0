"""Seeded drawing and vectorised text, shared by the generator's tables."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
import polars as pl

UNREADABLE_SHARE = 0.02
DUPLICATE_SHARE = 0.02


def stream(seed: int, name: str) -> np.random.Generator:
    """The stream of random numbers for one purpose, so that a new column changes no other column."""
    return np.random.Generator(np.random.PCG64([seed, zlib.crc32(name.encode())]))


def pick(rng: np.random.Generator, words: Sequence[str], size: int, shares: np.ndarray | None = None) -> pl.Series:
    """A text series of `size` words, equally likely or by their shares."""
    if shares is None:
        return chosen(words, rng.integers(0, len(words), size))
    return chosen(words, np.searchsorted(np.cumsum(shares)[:-1], rng.random(size), side="right"))


def chosen(words: Sequence[str], positions: np.ndarray) -> pl.Series:
    """The words at these positions of a list."""
    return pl.Series(words, dtype=pl.String).gather(positions)


def constant(word: str, size: int) -> pl.Series:
    """A series with the same word in every row."""
    return pl.repeat(word, size, dtype=pl.String, eager=True)


def exactly(rng: np.random.Generator, share_of: int, count: int) -> np.ndarray:
    """A mask of length `share_of` with exactly `count` true values."""
    mask = np.zeros(share_of, dtype=bool)
    mask[rng.permutation(share_of)[:count]] = True
    return mask


def in_turn(rng: np.random.Generator, shares: Sequence[float], size: int) -> np.ndarray:
    """Positions 0 .. len(shares) - 1 in random order, each exactly as often as its share says."""
    bounds = np.rint(np.cumsum(shares) / np.sum(shares) * size).astype(int)
    positions = np.searchsorted(bounds, np.arange(size), side="right")
    return rng.permutation(positions)


def times(start: np.ndarray, seconds: np.ndarray) -> pl.Series:
    """Timestamps (UTC, whole seconds): `start` (datetime64 of any unit) plus seconds."""
    return pl.Series((start.astype("datetime64[s]") + seconds.astype("timedelta64[s]")).astype("datetime64[us]"))


def with_unreadable(
    rng: np.random.Generator, texts: pl.Series, words: Sequence[str], among: np.ndarray | None = None
) -> pl.Series:
    """The texts with 2 % of them replaced by unreadable words; `among` limits which."""
    bad = rng.random(len(texts)) < UNREADABLE_SHARE
    if among is not None:
        bad &= among
    return blanked(texts, ~bad, pick(rng, words, len(texts)))


def blanked(values: pl.Series, keep: np.ndarray, otherwise: pl.Series | None = None) -> pl.Series:
    """The values where `keep` is true, else null or the other series' value."""
    frame = pl.DataFrame({"value": values, "keep": keep})
    other = pl.lit(None) if otherwise is None else otherwise.alias("other")
    return frame.select(pl.when("keep").then("value").otherwise(other).alias("value"))["value"]


def joined(template: str, **parts: pl.Series) -> pl.Series:
    """Text by a template with `{name}` for each part; null where a part is null."""
    frame = pl.DataFrame(parts)
    names = list(parts)
    text = template
    for name in names:
        text = text.replace("{" + name + "}", "{}")
    order = sorted(names, key=lambda name: template.index("{" + name + "}"))
    return frame.select(pl.format(text, *order).alias("text"))["text"]


def numbered(prefix: str, count: int, start: int = 0) -> pl.Series:
    """Ids: a prefix and a running number."""
    return joined(prefix + "{n}", n=pl.Series(np.arange(start, start + count)))


def repeated(rng: np.random.Generator, table: pl.DataFrame, share: float = DUPLICATE_SHARE) -> pl.DataFrame:
    """The table with a share of its rows repeated unchanged at the end."""
    return pl.concat([table, table[rng.permutation(table.height)[: round(share * table.height)]]])
