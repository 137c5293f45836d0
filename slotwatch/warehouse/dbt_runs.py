"""Calls dbt in this process: parses the project once, then runs one invocation after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.adapters.duckdb.connections import DuckDBConnectionManager
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from slotwatch.garbage import collect_seldom
from slotwatch.warehouse.profile import unreadable_setting
from slotwatch.warehouse.raw_files import changed_file_in, changed_files
from slotwatch.warehouse.rewinding import Recorded


class DbtError(RuntimeError):
    """A failure of dbt, in dbt's words."""


@dataclass(frozen=True)
class Project:
    """A parsed dbt project, ready to be invoked."""

    manifest: Manifest
    target: str | None = None

    @classmethod
    def parse(cls, target: str | None = None) -> Project:
        """Parse the project of the working directory. Raises DbtError when it cannot be parsed."""
        collect_seldom()
        result = dbtRunner().invoke(["--quiet", *_logging(), "parse", *_target(target)])
        return cls(_checked(result).result, target)

    def build(
        self,
        as_of: str,
        with_tests: bool = True,
        on_node: Callable[[str], None] | None = None,
        on_warning: Callable[[str], None] | None = None,
    ) -> int:
        """Run `dbt build` for one day without the unit tests; returns the number of nodes that ran.

        ``on_node`` is called with the name of each finished node, ``on_warning`` with each warning of a macro. Raises
        DbtError with the first failures.
        """

        def listen(event: Any) -> None:
            if on_node and event.info.name == "NodeFinished":
                on_node(event.data.node_info.node_name)
            if on_warning and event.info.name == "JinjaLogWarning":
                on_warning(event.info.msg)

        variables = json.dumps({"as_of": as_of})
        left_out = ["unit_test"] if with_tests else ["unit_test", "test"]
        arguments = ["build", "--exclude-resource-type", *left_out, "--vars", variables, *_target(self.target)]
        runner = dbtRunner(manifest=self.manifest, callbacks=[listen])
        try:
            result = runner.invoke(["--quiet", "--no-write-json", *_logging(), *arguments])
        finally:
            close_databases()
        return len(_checked(result).result.results)

    def raw_tables(self) -> dict[str, list[str]]:
        """The columns of each raw table, by the table's name."""
        return {
            source.name: list(source.columns)
            for source in self.manifest.sources.values()
            if source.source_name == "raw"
        }

    def raw_schema(self) -> str:
        """The schema that holds the raw tables."""
        return next(iter(self.manifest.sources.values())).schema

    def state_schemas(self) -> list[str]:
        """The schemas of the snapshots and ledgers, which cannot be rebuilt."""
        return sorted({table.schema for table in self.recorded()})

    def recorded(self) -> list[Recorded]:
        """The snapshots and ledgers, each with the column that holds the `as_of` of its records."""
        return [
            Recorded(node.schema, node.alias, node.config.meta["recorded_at"])
            for node in self.manifest.nodes.values()
            if node.config.meta.get("recorded_at")
        ]

    def ledger_schema(self) -> str:
        """The schema of the ledgers, which also holds the log of runs."""
        return next(table.schema for table in self.recorded() if not table.is_snapshot)

    def lock_name(self) -> str:
        """The lock that a run takes on a Postgres database, as the macro lock_database names it."""
        marts = next(node for node in self.manifest.nodes.values() if node.fqn[1] == "marts")
        return f"slotwatch {marts.schema}"


def close_databases() -> None:
    """Close the DuckDB file that dbt-duckdb keeps open after a run: until then no other connection can read it."""
    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager._ENV.close()
    DuckDBConnectionManager.close_all_connections()


def _logging() -> Sequence[str]:
    return ("--log-level", "none", "--log-level-file", "info")


def _target(target: str | None) -> Sequence[str]:
    return ("--target", target) if target else ()


def _checked(result: dbtRunnerResult) -> dbtRunnerResult:
    if result.success:
        return result
    if isinstance(result.exception, KeyboardInterrupt):
        raise result.exception
    if result.exception:
        words = str(result.exception)
        raise DbtError(unreadable_setting(words) or changed_file_in(words) or _plain(words))
    failed = [
        node for node in getattr(result.result, "results", []) if str(node.status) in ("error", "fail", "runtime error")
    ]
    words = [f"{_name(node)}: {_changed_file(node) or _plain(str(node.message))}" for node in failed[:3]]
    raise DbtError("\n".join(words) or "dbt stopped without saying why; logs/dbt.log has the details.")


def _name(node: Any) -> str:
    return node.unique_id.split(".")[-1] if hasattr(node, "unique_id") else node.node.name


def _changed_file(node: Any) -> str:
    """A sentence if a raw file of a failed model changed while it was read, which DuckDB says in many ways; else
    ``""``.
    """
    if node.node.resource_type == "seed":  # has no sources, and raises when it is asked for them
        return ""
    tables = [table for source, table in getattr(node.node, "sources", []) if source == "raw"]
    return next(filter(None, map(changed_files, tables)), "")


def _plain(message: str) -> str:
    """A message of dbt without the kind of error, the macro call chain and the stack trace."""
    before, trace, rest = message.partition("Traceback (most recent call last)")
    if trace:
        message = f"{before.rstrip()}\n{rest.strip().splitlines()[-1]}"
    lines = [line.strip() for line in message.splitlines()]
    kept = [line for line in lines if line and not line.startswith((">", "compiled code at"))]
    if len(kept) > 1 and (" Error in " in kept[0] or kept[0].endswith(" Error")):
        kept = kept[1:]
    items = [line.removeprefix("- ") for line in kept if line.startswith("- ")]
    words = " ".join(line for line in kept if not line.startswith("- "))
    return f"{words} {', '.join(items)}." if items else words
