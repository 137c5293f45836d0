"""Texts that the page carries compressed, and that the browser unpacks when it needs them."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Callable, Sequence
from typing import Any


def packed(text: str) -> str:
    """A text as gzip in base64; the same text always gives the same result."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


def unpacked(pack: str) -> str:
    """The text that was packed."""
    return gzip.decompress(base64.b64decode(pack)).decode("utf-8")


def by_line(lines: Sequence[str]) -> str:
    """Lines as one text."""
    return "\n".join(lines)


def by_column(rows: Sequence[Sequence[str]]) -> str:
    """Rows as one text with a line per column, which compresses better than a line per row."""
    return "\n".join("\t".join(column) for column in zip(*rows, strict=True))


def fitting(rows: Sequence[Any], room: int, text_of: Callable[[Sequence[Any]], str] = by_line) -> tuple[int, str]:
    """The number of rows, from the first on, that fit into ``room`` bytes when packed, and their packed text."""
    count = len(rows)
    while True:
        pack = packed(text_of(rows[:count]))
        if len(pack) <= room or not count:
            return count, pack
        count = min(count - 1, int(0.995 * count * room / len(pack)))
