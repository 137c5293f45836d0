"""Measuring the steps of a run, one after the other."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from benchmarks.databases import (
    SERVER_SETTINGS,
    Database,
    DuckDBDatabase,
    PostgresDatabase,
    describe_server,
)
from benchmarks.empty_project import write_empty_project
from benchmarks.measure import Usage, measure
from benchmarks.plan import CHAIN, COMPARED, LARGEST_SIZE, OTHER_OCCURRENCES, PART_MODELS, PART_STATE, Step
from benchmarks.postgres_server import Server, running_server
from benchmarks.results import Measurement, Results
from benchmarks.rivals.agreement import agreement
from slotwatch.generator import FIRST_DAY
from slotwatch.generator.raw_tables import generate
from slotwatch.generator.world import draw_world

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "seeds"
WORK = ROOT / "target" / "benchmarks"
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli()")
FORGOTTEN = (
    "SLOTWATCH_THREADS",
    "SLOTWATCH_MEMORY_LIMIT",
    "SLOTWATCH_SCHEMA_PREFIX",
    "SLOTWATCH_PG_READERS",
    "DBT_PROFILES_DIR",
)

MEMORY_OF_LARGEST = "3GB"  # what the README advises at such a size

# Two days are drawn: on the second 1 % of the slots change; in its evening everything drawn is known, so that on the
# third nothing new comes.
DRAWN_DAYS = 2
SEED = 1
FIRST_MOMENT = f"{FIRST_DAY} 06:00:00"
MOMENTS = {
    "nightly": f"{FIRST_DAY + timedelta(days=1)} 18:00:00",
    "no-change": f"{FIRST_DAY + timedelta(days=2)} 18:00:00",
}

# What a size needs on disk at once, in bytes: raw files, a built database and its copy, the triggers' tables, a
# write-ahead log.
BYTES_AT_LEAST = 2 * 1024**3
BYTES_PER_COMPANY = {"duckdb": 32 * 1024, "postgres": 64 * 1024}


class RunError(RuntimeError):
    """Why a run cannot go on, in one sentence."""


@dataclass
class Run:
    """A run in its folder: raw files, databases and logs lie under ``work``; ``tell`` hears of each step."""

    results: Results
    work: Path = WORK
    tell: Callable[[str], None] = print
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Run:
        return self

    def __exit__(self, error_type: type | None, *error: Any) -> None:
        self._stack.close()
        if error_type is None:
            shutil.rmtree(self._server_folder, ignore_errors=True)  # a run that stopped goes on with it

    def measure(self, steps: Sequence[Step]) -> None:
        """Measure the steps that are not measured yet, and remove what a size left behind."""
        pending = [step for step in steps if step not in self.results.measurements]
        self.tell(f"{len(pending)} of {len(steps)} measurements are to be made.")
        for size, of_size in groupby(pending, key=lambda step: step.size):
            with_size = list(of_size)
            self._check_disk(size, {step.engine for step in with_size})
            for (number, engine), _ in groupby(with_size, key=lambda step: (step.round, step.engine)):
                planned = [s for s in steps if (s.size, s.round, s.engine) == (size, number, engine)]
                Round(self, size, engine, number).measure(planned)
            shutil.rmtree(self.size_folder(size), ignore_errors=True)

    @property
    def _server_folder(self) -> Path:
        return self.work / "postgres"

    def size_folder(self, size: int) -> Path:
        return self.work / str(size)

    def raw(self, size: int) -> Path:
        """The raw files of a size, generated if they are not there."""
        folder = self.size_folder(size) / "raw"
        if not folder.exists():
            self.tell(f"{size:,}: raw files are generated")
            unfinished = folder.with_name("raw-unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for _ in generate(draw_world(size, DRAWN_DAYS, SEED, FIRST_DAY), unfinished):
                pass
            unfinished.rename(folder)
        return folder

    @cached_property
    def server(self) -> Server:
        """The Postgres server, started when it is first needed."""
        server = self._stack.enter_context(running_server(self._server_folder, SERVER_SETTINGS))
        self.results.describe("postgres", describe_server(server))
        return server

    @cached_property
    def profiles(self) -> Path:
        """The folder of a profile as the example has it."""
        folder = self.work / "profiles"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "profiles.yml.example", folder / "profiles.yml")
        return folder

    def _check_disk(self, size: int, engines: set[str]) -> None:
        needed = BYTES_AT_LEAST + size * sum(BYTES_PER_COMPANY[engine] for engine in engines)
        self.work.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(self.work).free
        if free < needed:
            raise RunError(
                f"{size:,} companies need about {needed / 1024**3:.0f} GB on the disk of {self.work}, and"
                f" {free / 1024**3:.0f} GB are free: make room, or choose smaller sizes with --sizes."
            )


@dataclass
class Round:
    """One round of a size on an engine: a database through the days, and the rivals beside it."""

    run: Run
    size: int
    engine: str
    number: int

    def measure(self, planned: Sequence[Step]) -> None:
        """Measure what is missing of these steps; builds go on only in a database that is where they ended."""
        done = self.run.results.measurements
        chain = [step for step in planned if step.case in CHAIN]
        measured = [step for step in chain if step in done]
        goes_on = self._reached == (measured[-1].case if measured else None)
        lacks_export = bool(measured) and not self.exported.exists()
        compared = any(step.case in COMPARED and step not in done for step in planned)
        started_anew = (len(measured) < len(chain) and not goes_on) or (compared and lacks_export)
        for step in planned:
            if step not in done or (started_anew and step.case in CHAIN):
                if step.case in CHAIN:
                    self._marker.unlink(missing_ok=True)  # nobody knows where a build that stops leaves the database
                usage, found = self.measure_case(step.case)
                if step.case in CHAIN:
                    self._reach(step.case)
                self._keep(step, usage, found)
        self.database.remove()
        self._marker.unlink(missing_ok=True)

    def measure_case(self, case: str) -> tuple[Usage, dict[str, Any]]:
        """What a case used, and what it found: `rows`, `nodes` and `details` of its measurement."""
        return getattr(self, "_" + case.replace("-", "_"))()

    def _keep(self, step: Step, usage: Usage, found: Mapping[str, Any]) -> None:
        measurement = Measurement(
            step=step,
            measured_at=datetime.now(UTC).isoformat(timespec="seconds"),
            wall_s=usage.wall_s,
            cpu_s=usage.cpu_s,
            peak_bytes=usage.peak_bytes,
            server_cpu_s=usage.server_cpu_s,
            server_peak_bytes=usage.server_peak_bytes,
            **found,
        )
        self.run.results.add(measurement)
        self.run.tell(f"{step}: {usage.wall_s:.1f} s, {usage.peak_bytes / 1024**2:,.0f} MB")

    # the cases

    def _parse(self) -> tuple[Usage, dict]:
        target = self.folder / "target-parse"
        shutil.rmtree(target, ignore_errors=True)
        return self._run_dbt("parse", "parse", target=target), {}

    def _empty(self) -> tuple[Usage, dict]:
        project = self.folder / "empty"
        shutil.rmtree(project, ignore_errors=True)
        profile = yaml.safe_load((ROOT / "profiles.yml.example").read_text(encoding="utf-8"))["slotwatch"]
        for output in profile["outputs"].values():
            output.pop("plugins", None)
        nodes = write_empty_project(self._manifest(), profile, project)
        database = self._database("empty")
        database.create()
        try:
            usage = self._build("empty", project=project, database=database)
        finally:
            database.remove()
        seconds = node_seconds(project / "target")
        if len(seconds) != nodes:
            raise RunError(f"Of {nodes} nodes of the empty project {len(seconds)} ran.")
        return usage, {"nodes": seconds}

    def _floor(self) -> tuple[Usage, dict]:
        out = self.folder / "floor.duckdb"
        command = (sys.executable, "-m", "benchmarks.rivals.floor", self.raw, SEEDS, self.as_of("first"), out)
        return self._measure("floor", command), self._agreement()

    def _load(self) -> tuple[Usage, dict]:
        self.database.create()
        command = (sys.executable, "-m", "slotwatch.cli", "load", self.raw, "--target", self.database.target)
        return self._measure("load", command), {}

    def _first(self) -> tuple[Usage, dict]:
        if self.engine == "duckdb":
            self.database.create()
        usage = self._build("first")
        shutil.rmtree(self.exported, ignore_errors=True)
        self.database.export(self.exported)
        return usage, {**self._found(), **self._agreement()}

    def _agreement(self) -> dict:
        """How far the floor's result is the build's."""
        floor = self.folder / "floor.duckdb"
        if not (floor.exists() and self.exported.exists()):
            return {}  # the other of the two is measured later, and compares
        return {"details": {f"agreement_{what}": share for what, share in agreement(floor, self.exported).items()}}

    def _part(self) -> tuple[Usage, dict]:
        database = self._database("part")
        self.database.copy_to(database)
        try:
            database.execute(
                *(f"drop table {table} cascade" for table in PART_STATE),
                *(f"delete from {table}" for table in OTHER_OCCURRENCES),
            )
            events = self.folder / "logs" / "dbt.log"
            events.unlink(missing_ok=True)
            telling = ("--log-level-file", "debug", "--log-format-file", "json")
            one_by_one = ("--threads", "1")  # of statements that run side by side, each waits for the other
            alone = ("--select", *PART_MODELS, *one_by_one, *telling)
            usage = self._build("part", *alone, database=database)
        finally:
            database.remove()
        seconds = node_seconds(self.target)
        if missing := sorted(set(PART_MODELS) - set(seconds)):
            raise RunError(f"PART_MODELS in benchmarks/plan.py names what is no model: {', '.join(missing)}.")
        span, statements = span_seconds(self.target, PART_MODELS), statement_seconds(events, PART_MODELS)
        return usage, {"nodes": seconds, "details": {"span": span, "statements": statements}}

    def _triggers(self) -> tuple[Usage, dict]:
        database = PostgresDatabase(f"slotwatch_bench_triggers_{self.size}", self.run.server)
        database.create()
        try:
            command = (sys.executable, "-m", "benchmarks.rivals.triggers", database.dsn, self.exported, SEEDS)
            usage = self._measure("triggers", command, server_pid=self.run.server.pid)
        finally:
            database.remove()
        return usage, {"details": json.loads(self._log("triggers").read_text(encoding="utf-8").splitlines()[-1])}

    def _nightly(self) -> tuple[Usage, dict]:
        return self._build("nightly"), self._found()

    def _no_change(self) -> tuple[Usage, dict]:
        known_before = self.database.known_rows()
        usage, found = self._build("no-change"), self._found()
        if found["rows"] != known_before:
            raise RunError(f"{found['rows'] - known_before} raw rows came to be known in a build without new ones.")
        return usage, found

    def _found(self) -> dict:
        """What the last build knew, and what its nodes took."""
        return {"rows": self.database.known_rows(), "nodes": node_seconds(self.target)}

    def _with_tests(self) -> tuple[Usage, dict]:
        database = self._database("tests")
        database.create()
        try:
            if self.engine == "postgres":
                command = (sys.executable, "-m", "slotwatch.cli", "load", self.raw, "--target", database.target)
                self._measure("load", command, database=database)
            usage = self._build("with-tests", database=database, left_out=("unit_test",))
            return usage, {"rows": database.known_rows(), "nodes": node_seconds(self.target)}
        finally:
            database.remove()

    # what they share

    @property
    def folder(self) -> Path:
        return self.run.size_folder(self.size) / self.engine

    @property
    def target(self) -> Path:
        """dbt's target folder of this size and engine."""
        return self.folder / "target"

    @property
    def exported(self) -> Path:
        return self.folder / "exported"

    @property
    def raw(self) -> Path:
        return self.run.raw(self.size)

    @cached_property
    def database(self) -> Database:
        return self._database("build")

    def _database(self, purpose: str) -> Database:
        name = f"slotwatch_bench_{purpose}_{self.size}"
        if self.engine == "duckdb":
            return DuckDBDatabase(name, self.folder)
        return PostgresDatabase(name, self.run.server)

    @property
    def _marker(self) -> Path:
        return self.folder / "reached"

    @property
    def _reached(self) -> str | None:
        """The case of the chain up to which the database is built, None when nobody knows."""
        if not self._marker.exists():
            return None
        number, _, case = self._marker.read_text(encoding="utf-8").partition(" ")
        return case if number == str(self.number) else None

    def _reach(self, case: str) -> None:
        self._marker.write_text(f"{self.number} {case}", encoding="utf-8")

    def as_of(self, case: str) -> str:
        """The moment of a case's build."""
        return MOMENTS.get(case, FIRST_MOMENT)

    def _manifest(self) -> Mapping[str, Any]:
        """What dbt read of the project."""
        manifest = self.target / "manifest.json"
        if not manifest.exists():
            self._run_dbt("parse", "parse", target=self.target)
        return json.loads(manifest.read_text(encoding="utf-8"))

    def _build(
        self,
        case: str,
        *arguments: str,
        project: Path = ROOT,
        database: Database | None = None,
        left_out: Sequence[str] = ("test", "unit_test"),
        also: Mapping[str, Any] | None = None,
    ) -> Usage:
        """`dbt build` of a day. dbt has read the project with these vars before, as it has every night."""
        target = self.target if project == ROOT else project / "target"
        given = {"target": target, "project": project, "database": database or self.database, "also": also}
        self._run_dbt("parse", "parse", case=case, **given)
        return self._run_dbt(case, "build", *arguments, "--exclude-resource-type", *left_out, case=case, **given)

    def _run_dbt(
        self,
        log: str,
        *arguments: str,
        target: Path,
        case: str = "parse",
        project: Path = ROOT,
        database: Database | None = None,
        also: Mapping[str, Any] | None = None,
    ) -> Usage:
        """A dbt command with the vars of a case, and ``also`` these."""
        database = database or self.database
        options = (
            *("--project-dir", project, "--profiles-dir", self.run.profiles if project == ROOT else project),
            *("--target", database.target, "--target-path", target, "--log-path", self.folder / "logs"),
            *("--vars", json.dumps({"as_of": self.as_of(case), **(also or {})})),
        )
        return self._measure(log, (*DBT, "--quiet", *arguments, *options), database=database, cwd=project)

    def _measure(
        self,
        log: str,
        command: Sequence[str | os.PathLike],
        database: Database | None = None,
        cwd: Path = ROOT,
        server_pid: int | None = None,
    ) -> Usage:
        database = database or self.database
        inherited = {name: value for name, value in os.environ.items() if name not in FORGOTTEN}
        environment = {
            **inherited,
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "DBT_PROFILES_DIR": str(self.run.profiles),
            "DBT_TARGET_PATH": str(self.folder / "target-load"),  # where a command is not told otherwise
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "SLOTWATCH_RAW_DIR": str(self.raw),
            **({"SLOTWATCH_MEMORY_LIMIT": MEMORY_OF_LARGEST} if self.size >= LARGEST_SIZE else {}),
            **database.environment,
        }
        return measure(command, self._log(log), cwd, environment, server_pid or database.server_pid)

    def _log(self, name: str) -> Path:
        return self.folder / "logs" / f"{name}.log"


def node_seconds(target: Path) -> dict[str, float]:
    """Seconds of each node of the last invocation, by its name; hooks by their unique id."""
    return {name: result["execution_time"] for name, result in _results(target)}


def span_seconds(target: Path, names: Sequence[str]) -> float:
    """Seconds from the start of the first of these nodes to the end of the last, in the last invocation."""
    times = [
        datetime.fromisoformat(timing[moment])
        for name, result in _results(target)
        if name in names
        for timing in result["timing"]
        for moment in ("started_at", "completed_at")
    ]
    return (max(times) - min(times)).total_seconds()


def statement_seconds(events: Path, names: Sequence[str]) -> float:
    """Seconds of all statements that these nodes gave to the database, by dbt's log of debug events (JSON lines)."""
    seconds = 0.0
    with events.open(encoding="utf-8") as lines:
        for line in lines:
            if not line.startswith("{"):
                continue  # a multi-line text that something else wrote into the log
            event = json.loads(line)
            node = event["data"].get("node_info", {}).get("node_name")  # a hook's and the connection's have none
            if event["info"]["name"] == "SQLQueryStatus" and node in names:
                seconds += event["data"]["elapsed"]
    return seconds


def _results(target: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    for result in results:
        kind, _, name = result["unique_id"].split(".", 2)
        if kind != "exposure":  # listed, and nothing is done for it
            yield (name if kind != "operation" else result["unique_id"]), result
