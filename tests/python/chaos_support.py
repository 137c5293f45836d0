"""How much the chaos suite does: all of it with `make chaos`, a small seeded part in every run of the tests."""

import os

IS_FULL = bool(os.environ.get("CHAOS"))


def rounds(few: int, many: int) -> range:
    """The seeds of a test: ``few`` in every run, ``many`` in `make chaos`; the first ones are the same."""
    return range(many if IS_FULL else few)
