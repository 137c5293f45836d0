"""dbt called in this process: parsed once, then one invocation after another."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.graph.manifest import Manifest

from slotwatch.garbage import collect_seldom

ROWS_MARK = "slotwatch:"


class DbtError(RuntimeError):
    """What dbt could not do, in its own words."""


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

    def build(self, as_of: str, with_tests: bool = True, on_node: Callable[[str], None] | None = None) -> int:
        """`dbt build` of one day without the unit tests, which know no day; the number of nodes that ran.

        ``on_node`` hears the name of each node that has finished. Raises DbtError with the first failures.
        """

        def listen(event: Any) -> None:
            if on_node and event.info.name in ("NodeFinished", "LogTestResult"):
                on_node(getattr(event.data, "name", "") or event.data.node_info.node_name)

        variables = json.dumps({"as_of": as_of})
        left_out = ["unit_test"] if with_tests else ["unit_test", "test"]
        arguments = ["build", "--exclude-resource-type", *left_out, "--vars", variables, *_target(self.target)]
        runner = dbtRunner(manifest=self.manifest, callbacks=[listen])
        return len(_checked(runner.invoke(["--quiet", "--no-write-json", *_logging(), *arguments])).result.results)

    def rows(self, operation: str, **arguments: str) -> list[dict[str, str | None]]:
        """Rows that an operation of ``macros/query_rows.sql`` logs; values are text or None."""
        logged: list[str] = []
        errors: list[str] = []

        def listen(event: Any) -> None:
            if event.info.msg.startswith(ROWS_MARK):
                logged.append(event.info.msg.removeprefix(ROWS_MARK))
            elif event.info.level == "error":
                errors.append(event.info.msg)

        call = ["run-operation", operation, "--args", json.dumps(arguments), *_target(self.target)]
        runner = dbtRunner(manifest=self.manifest, callbacks=[listen])
        result = runner.invoke(["--quiet", *_logging(), *call])
        if not logged:
            raise DbtError(_plain("\n".join(errors)) or str(result.exception))
        return json.loads(logged[-1])

    def relations(self) -> dict[str, str]:
        """The full name of each model in the target, by the model's name."""
        nodes = self.manifest.nodes.values()
        return {node.name: node.relation_name for node in nodes if node.resource_type == "model"}

    def raw_tables(self) -> dict[str, list[str]]:
        """The columns of each raw table, by the table's name."""
        return {source.name: list(source.columns) for source in self.manifest.sources.values()}

    def raw_schema(self) -> str:
        """The schema that holds the raw tables."""
        return next(iter(self.manifest.sources.values())).schema

    def state_schemas(self) -> list[str]:
        """The schemas of the snapshots and ledgers, which cannot be rebuilt."""
        return sorted({node.schema for node in self.manifest.nodes.values() if node.config.meta.get("recorded_at")})

    def query(self, sql: str) -> list[dict[str, str | None]]:
        """Rows of a query on the target; values are text or None."""
        return self.rows("query_rows", sql=sql)


def _logging() -> Sequence[str]:
    return ("--log-level", "none", "--log-level-file", "info")


def _target(target: str | None) -> Sequence[str]:
    return ("--target", target) if target else ()


def _checked(result: dbtRunnerResult) -> dbtRunnerResult:
    if result.success:
        return result
    if result.exception:
        raise DbtError(_plain(str(result.exception)))
    failed = [
        node for node in getattr(result.result, "results", []) if str(node.status) in ("error", "fail", "runtime error")
    ]
    words = [f"{_name(node)}: {_plain(str(node.message))}" for node in failed[:3]]
    raise DbtError("\n".join(words) or "dbt stopped without saying why; logs/dbt.log has the details.")


def _name(node: Any) -> str:
    return node.unique_id.split(".")[-1] if hasattr(node, "unique_id") else node.node.name


def _plain(message: str) -> str:
    """A message of dbt without its frame: the kind of error, the macros it came through, a stack trace."""
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
