"""Stand-ins for dbt's functions and for the macros of the project, which sqlfluff uses when it lints.

Lint checks the text of the model itself. A macro is replaced by something of the same kind: a query, CTEs, a word or a
call with the same arguments. `dbt parse` and the builds check the macros themselves.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml

_ROOT = Path(__file__).resolve().parents[2]
_MACRO = re.compile(r"\{%-?\s*macro\s+(\w+)\(.*?\)\s*-?%\}(.*?)\{%-?\s*endmacro", re.DOTALL)
_COMMENT_OR_TAG = re.compile(r"\{#.*?#\}|\{%.*?%\}", re.DOTALL)
_CTE = re.compile(r"^\s*(\w+) as (?:\w+ |\{\{.*?\}\} )?\($", re.MULTILINE)
_SQL_ARGUMENT = re.compile(r"[\w.,'|()\[\]*/+<>= -]+")


def _bodies() -> dict[str, str]:
    """The SQL of each macro by name, without comments and control flow."""
    files = sorted((_ROOT / "macros").rglob("*.sql"))
    found = [macro for file in files for macro in _MACRO.findall(file.read_text(encoding="utf-8"))]
    return {name: _COMMENT_OR_TAG.sub("", body).strip() for name, body in found}


def _texts(value: Any) -> list[str]:
    """The texts in a macro's argument, each in a form that is valid in SQL."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    text = str(value)
    is_balanced = text.count("(") == text.count(")") and text.count("'") % 2 == 0
    return [text if is_balanced and _SQL_ARGUMENT.fullmatch(text) else "'a text'"]


class Nothing:
    """A stand-in for the result of a macro without a database: false, empty, and the macro's name in the SQL."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __str__(self) -> str:
        return self.name

    def __bool__(self) -> bool:
        return False

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def same(self, *_: Any) -> "Nothing":
        """Any operation on an empty value gives an empty value."""
        return self

    __getattr__ = __getitem__ = __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = same


execute = True


def _stand_in(name: str, body: str) -> Callable[..., Any]:
    """A function that returns a short stand-in for the output of the macro."""

    def query(*arguments: Any, **named: Any) -> str:
        relations = [text for text in _texts([*arguments, *named.values()]) if text.isidentifier()]
        return f"select * from {relations[0] if relations else name}"

    def ctes(*arguments: Any, **named: Any) -> str:
        return "with " + ", ".join(f"{cte} as (select * from {name})" for cte in _CTE.findall(body))

    def word(*arguments: Any, **named: Any) -> str:
        return body

    def call(*arguments: Any, **named: Any) -> str:
        return f"{name}({', '.join(_texts([*arguments, *named.values()]))})"

    def value(*arguments: Any, **named: Any) -> Nothing:
        return Nothing(name)

    if re.match(r"\{\{-? return\((?!adapter)", body):
        return value
    if re.fullmatch(r"[a-z]*", body):
        return word
    if body.startswith("with") and body.endswith(")"):
        return ctes
    return query if re.match(r"(select|with)\b", body) else call


@cache
def _vars() -> dict[str, Any]:
    return yaml.safe_load((_ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]


def var(name: str, default: Any = None) -> Any:
    """The default of a dbt var."""
    return _vars().get(name, default)


def is_incremental() -> bool:
    """No table is there yet, as in a first build."""
    return False


def _stand_ins() -> dict[str, Callable[..., Any]]:
    """One function for each macro that is not an engine's version of another macro."""
    bodies = _bodies()
    versions = {
        name: bodies.get(f"duckdb__{name}", bodies.get(f"default__{name}", body)) for name, body in bodies.items()
    }
    return {name: _stand_in(name, body) for name, body in versions.items() if "__" not in name}


globals().update(_stand_ins())


def raw_tables() -> list[SimpleNamespace]:
    """The raw tables as the yml of the sources has them."""
    text = (_ROOT / "models" / "staging" / "sources.yml").read_text(encoding="utf-8")
    tables = [table for source in yaml.safe_load(text)["sources"] for table in source["tables"]]
    return [
        SimpleNamespace(
            name=table["name"],
            config=SimpleNamespace(meta=table.get("config", {}).get("meta", {})),
            columns={column["name"]: column for column in table.get("columns", [])},
        )
        for table in tables
    ]
