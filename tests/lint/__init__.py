"""Stand-ins for dbt's functions and for the macros of the project, which sqlfluff uses when it lints.

Lint checks the text of the model itself. A macro is replaced by something of the same kind: a query, CTEs, a word or a
call with the same arguments. `dbt parse` and the builds check the macros themselves.
"""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
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
    """The texts of a macro's argument, each as something that may stand in SQL."""
    if isinstance(value, dict):
        return [text for pair in value.items() for part in pair for text in _texts(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _texts(part)]
    text = str(value)
    is_balanced = text.count("(") == text.count(")") and text.count("'") % 2 == 0
    return [text if is_balanced and _SQL_ARGUMENT.fullmatch(text) else "'a text'"]


def _stand_in(name: str, body: str) -> Callable[..., str]:
    """A function that returns a short stand-in for the output of the macro."""

    def query(*arguments: Any, **named: Any) -> str:
        relations = [text for text in _texts([*arguments, *named.values()]) if text.isidentifier()]
        return f"select * from {', '.join(relations or [name])}"

    def ctes(*arguments: Any, **named: Any) -> str:
        return "with " + ", ".join(f"{cte} as (select * from {name})" for cte in _CTE.findall(body))

    def word(*arguments: Any, **named: Any) -> str:
        return body

    def call(*arguments: Any, **named: Any) -> str:
        return f"{name}({', '.join(_texts([*arguments, *named.values()]))})"

    def no_list(*arguments: Any, **named: Any) -> list:
        return []

    if body.startswith("{{- return([") or body.startswith("{{ return(["):
        return no_list
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


def _stand_ins() -> dict[str, Callable[..., str]]:
    """One for each macro that is not an engine's version of another."""
    bodies = _bodies()
    versions = {
        name: bodies.get(f"duckdb__{name}", bodies.get(f"default__{name}", body)) for name, body in bodies.items()
    }
    return {name: _stand_in(name, body) for name, body in versions.items() if "__" not in name}


globals().update(_stand_ins())
