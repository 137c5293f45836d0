"""How often Python's garbage collector runs."""

import gc

# the thresholds of each generation, as gc.set_threshold takes them
OBJECTS_BEFORE_COLLECTION = (50_000, 10, 10)


def collect_seldom() -> None:
    """Run the garbage collector less often.

    dbt and the readers of values make millions of objects, few of them in cycles.

    Python's default, a run after every 700 objects, makes a build a few percent slower.
    """
    gc.set_threshold(*OBJECTS_BEFORE_COLLECTION)
