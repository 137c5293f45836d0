"""Texts that the page carries compressed, and that the browser unpacks when it needs them."""

from __future__ import annotations

import base64
import gzip
from collections.abc import Sequence


def packed(text: str) -> str:
    """A text as gzip in base64; the same text always gives the same."""
    return base64.b64encode(gzip.compress(text.encode("utf-8"), mtime=0)).decode("ascii")


def unpacked(pack: str) -> str:
    """The text that was packed."""
    return gzip.decompress(base64.b64decode(pack)).decode("utf-8")


def fitting(lines: Sequence[str], room: int) -> tuple[int, str]:
    """The number of lines, from the first on, that fit into ``room`` bytes when packed, and their packed text."""
    count = len(lines)
    while True:
        pack = packed("\n".join(lines[:count]))
        if len(pack) <= room or not count:
            return count, pack
        count = min(count - 1, int(0.995 * count * room / len(pack)))
