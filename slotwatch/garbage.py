"""How often Python looks for objects that hold each other and that nobody else holds."""

import gc

# of each generation, as gc.set_threshold takes them
OBJECTS_BEFORE_COLLECTION = (50_000, 10, 10)


def collect_seldom() -> None:
    """For a process that makes millions of objects, few of them in cycles, as dbt does and whoever reads values.

    To look after every 700 objects, as Python does unless told otherwise, makes a build a few percent longer.
    """
    gc.set_threshold(*OBJECTS_BEFORE_COLLECTION)
