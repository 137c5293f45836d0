"""Names for the present code, so that what older code computed can be told stale."""

import hashlib
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

PACKAGE = Path(__file__).parent
LIBRARIES = (
    "email-validator",
    "idna",
    "jinja2",
    "nameparser",
    "nicknames",
    "phonenumbers",
    "polars",
    "rapidfuzz",
    "tldextract",
    "us",
)


def code_version(folder: Path = PACKAGE, libraries: Iterable[str] = LIBRARIES) -> str:
    """64 hex digits over the Python sources in a folder and below it, and the versions of libraries."""
    digest = hashlib.sha256()
    for library in libraries:
        digest.update(f"{library}=={version(library)}\n".encode())
    for source in sorted(folder.rglob("*.py")):
        digest.update(source.relative_to(folder).as_posix().encode() + b"\n" + source.read_bytes())
    return digest.hexdigest()
