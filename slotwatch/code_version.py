"""A version hash of the code of some modules. It shows which rows were computed by older code."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path


def code_version(modules: Iterable[str], libraries: Iterable[str] = ()) -> str:
    """A hash (64 hex digits) of the sources of these modules and the versions of these libraries.

    A package stands for every module in it and below it. Name each module that can change the result:
    `code_version(["slotwatch.messages", "slotwatch.normal_forms.text"], ["jinja2"])`. Raises ModuleNotFoundError.
    """
    digest = hashlib.sha256()
    for library in sorted(libraries):
        digest.update(f"{library}=={version(library)}\n".encode())
    for module in sorted(modules):
        for name, source in _sources(module):
            digest.update(name.encode() + b"\n" + source.read_bytes())
    return digest.hexdigest()


def _sources(module: str) -> list[tuple[str, Path]]:
    """The source files of a module or package, each with a name that does not depend on where it is installed."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"There is no module {module}.", name=module)
    source = Path(spec.origin)
    if spec.submodule_search_locations is None:
        return [(module, source)]
    folder = source.parent
    return [(f"{module}/{file.relative_to(folder).as_posix()}", file) for file in sorted(folder.rglob("*.py"))]
