"""Worker processes, which a build starts once and shares between its Python models."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import loky

from slotwatch.garbage import collect_seldom

_IDLE_SECONDS = 20  # a process without work ends after this time
_CALLS_IN_MEMORY = 50  # most results that wait in memory for the model that asked for them


def processors() -> int:
    """The number of processors, which is the number of worker processes."""
    return loky.cpu_count()


def in_processes(function: Callable[..., Any], calls: Iterable[tuple]) -> Iterator[Any]:
    """The results of a function of a module, called with each tuple of arguments, in the order of the calls.

    Arguments are taken some at a time, so that a generator of them need not fit in memory. Models that run at the same
    time share the processes. An error of a call is raised here.
    """
    processes = loky.get_reusable_executor(processors(), timeout=_IDLE_SECONDS, initializer=collect_seldom)
    calls = iter(calls)
    while some := list(islice(calls, _CALLS_IN_MEMORY)):
        yield from processes.map(function, *zip(*some, strict=True))
