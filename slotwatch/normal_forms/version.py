"""The version of the readers of some kinds of values. Readings of another version are out of date."""

import ast
import hashlib
import sys
from collections.abc import Iterable
from functools import cache
from importlib.metadata import version
from pathlib import Path

from slotwatch.normal_forms.normalise import KINDS
from slotwatch.normal_forms.word_lists import WordLists, rows

# The distributions of the third-party modules that the readers import.
LIBRARIES = {
    "email_validator": ("email-validator", "idna"),
    "ftfy": ("ftfy", "wcwidth"),
    "idna": ("idna",),
    "nameparser": ("nameparser",),
    "nicknames": ("nicknames",),
    "phonenumbers": ("phonenumbers",),
    "rapidfuzz": ("rapidfuzz",),
    "tldextract": ("tldextract",),
    "us": ("us",),
}
_PACKAGE = Path(__file__).parent


def forms_version(kinds: Iterable[str], word_lists: WordLists) -> str:
    """A hash (16 hex digits) of everything that the kinds' readers depend on.

    That is: the kinds, their word lists, normalise.py, the modules of the kinds with all that these import from this
    package, and the versions of the libraries that they import. The order of a list's rows and its column types do not
    matter, only the values of its cells.

    Raises:
        KeyError: a word list is missing, or a library is not in `LIBRARIES`.
    """
    used = {kind: KINDS[kind] for kind in sorted(kinds)}
    modules = _with_imports(frozenset(Path(kind.module.__file__ or "").stem for kind in used.values()))
    digest = hashlib.sha256(" ".join(used).encode())
    for library in sorted({library for module in modules for library in _libraries(module)}):
        digest.update(f"{library}=={version(library)}\n".encode())
    for module in sorted(modules | {"normalise"}):
        digest.update(module.encode() + b"\n" + (_PACKAGE / f"{module}.py").read_bytes())
    for name in sorted({name for kind in used.values() for name in kind.word_lists}):
        digest.update(name.encode() + b"\n")
        for row in sorted(repr(sorted(row.items())) for row in rows(word_lists, name)):
            digest.update(row.encode() + b"\n")
    return digest.hexdigest()[:16]


def _with_imports(modules: frozenset[str]) -> frozenset[str]:
    """Modules of this package and all that they import from it, by name."""
    every = modules | {name for module in modules for name in _imports(module)[0]}
    return every if every == modules else _with_imports(every)


def _libraries(module: str) -> list[str]:
    return [
        library
        for name in _imports(module)[1]
        if name not in sys.stdlib_module_names and name != "pyarrow"
        for library in LIBRARIES[name]
    ]


@cache
def _imports(module: str) -> tuple[frozenset[str], frozenset[str]]:
    """The imports of a module of this package: modules of the package, and top-level names of other modules."""
    own, others = set(), set()
    for node in ast.walk(ast.parse((_PACKAGE / f"{module}.py").read_text(encoding="utf-8"))):
        names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            if name.startswith("slotwatch.normal_forms."):
                own.add(name.removeprefix("slotwatch.normal_forms."))
            elif not name.startswith("slotwatch"):
                others.add(name.split(".")[0])
    return frozenset(own), frozenset(others)
