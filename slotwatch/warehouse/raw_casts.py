"""The SQL that reads dates and numbers from raw text, taken from the project's macros without dbt."""

from __future__ import annotations

from functools import cache

import jinja2

from slotwatch.warehouse.raw_contract import CHECKOUT

MACRO_FILES = ("engine/engine.sql", "engine/safe_casts.sql", "rules/readable_values.sql")


class _Adapter:
    """Chooses the version of a macro that dbt would choose for DuckDB."""

    module: object

    def dispatch(self, name: str):
        return getattr(self.module, f"duckdb__{name}", None) or getattr(self.module, f"default__{name}")


@cache
def _macros() -> object:
    adapter = _Adapter()
    environment = jinja2.Environment(extensions=["jinja2.ext.do"])
    environment.globals |= {
        "adapter": adapter,
        "return": lambda value: value,
        "var": lambda name, default=None: default,
    }
    text = "\n".join((CHECKOUT / "macros" / file).read_text(encoding="utf-8") for file in MACRO_FILES)
    adapter.module = environment.from_string(text).module
    return adapter.module


@cache
def cast_of(macro: str, text: str) -> str:
    """The DuckDB expression of a macro with one argument, such as `to_timestamp_or_null`, applied to an expression."""
    return str(getattr(_macros(), macro)(text)).strip()
