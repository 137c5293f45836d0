"""The measurements: for each size, round and engine, one database gets a first build from the raw files and then a
nightly build."""

from __future__ import annotations

import csv
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, fields
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

from benchmarks.databases import SERVER_SETTINGS, Database, DuckDBDatabase, PostgresDatabase
from benchmarks.measure import Usage, measure
from benchmarks.postgres_server import Server, running_server
from benchmarks.triggers import run_triggers
from slotwatch.generator import FIRST_DAY
from slotwatch.generator.raw_tables import generate
from slotwatch.generator.world import draw_world

ROOT = Path(__file__).resolve().parents[1]
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli()")
SLOTWATCH = (sys.executable, "-m", "slotwatch.cli")
ENGINES = ("duckdb", "postgres")
SIZES = {"duckdb": (9_500, 95_004, 950_040), "postgres": (9_500, 95_004)}
REAL_SIZE = 95_004
"""Companies of the system in use. Tests and triggers are measured at this size only, unless another is asked for."""
LARGE = 500_000
"""Companies from which on one round is measured, with the memory limit that docs/settings.md advises."""
MEMORY_LIMIT_OF_LARGE = "5GB"
GENERATED_DAYS = 2  # on the second, 1 % of the slots change
SEED = 1
MOMENTS = {"first": f"{FIRST_DAY} 06:00:00", "nightly": f"{FIRST_DAY + timedelta(days=1)} 18:00:00"}
FORGOTTEN = ("SLOTWATCH_THREADS", "SLOTWATCH_MEMORY_LIMIT", "SLOTWATCH_SCHEMA_PREFIX", "SLOTWATCH_PG_READERS")
BYTES_PER_COMPANY = {"duckdb": 32 * 1024, "postgres": 64 * 1024}  # of disk, at the peak

# The models that do what the triggers do: slots, the events of their fills, bands.
SAME_WORK = (
    "int_slot_status",
    "slot_status_snapshot",
    "slot_history",
    "slot_events",
    "int_bit_rule_candidates",
    "bit_rule_event_ledger",
    "int_company_bands",
)
# Of these, what a build adds to: dropped in the copy, so that they are written as on a first build.
ADDED_TO = ("slotwatch_snapshots.slot_status_snapshot", "slotwatch_ledgers.bit_rule_event_ledger")
ROWS_OF_SAME_WORK = """
    select
        (select count(*) from slotwatch_snapshots.slot_status_snapshot)
        + (select count(*) from slotwatch.slot_history)
        + (select count(*) from slotwatch.slot_events)
        + (select count(*) from slotwatch_ledgers.bit_rule_event_ledger)
        + (select count(*) from slotwatch_intermediate.int_company_bands)
"""
KNOWN_ROWS = "select sum(known_rows) from slotwatch.data_reconciliation"


class RunError(RuntimeError):
    """The run cannot continue; the message says why, in one sentence."""


@dataclass(frozen=True)
class Result:
    """One row of results.csv. Memory is in MB; rows are the raw rows that a build read, or the rows that triggers
    wrote."""

    companies: int
    engine: str
    round: int
    case: str
    seconds: float
    cpu_s: float | None = None
    peak_mb: float | None = None
    server_cpu_s: float | None = None
    server_mb: float | None = None
    rows: int | None = None


def read_results(file: Path) -> list[Result]:
    """The rows of results.csv. Raises OSError without one."""
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            Result(
                *(int(row[name]) if name in ("companies", "round") else row[name] for name in list(row)[:4]),
                *(float(value) if value else None for value in list(row.values())[4:9]),
                int(row["rows"]) if row["rows"] else None,
            )
            for row in csv.DictReader(stream)
        ]


@dataclass
class Run:
    """A run in its folder ``work``; ``tell`` is called with each measurement."""

    work: Path
    tell: Callable[[str], None] = print
    _stack: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Run:
        self.work.mkdir(parents=True, exist_ok=True)
        return self

    def __exit__(self, *_: Any) -> None:
        self._stack.close()

    def measure(self, sizes: Sequence[int] = (), engines: Sequence[str] = (), rounds: int | None = None) -> None:
        """Measure each round that results.csv lacks; round by round, so that the engines stand side by side."""
        done = {(row.companies, row.engine, row.round) for row in self._finished()}
        chosen = engines or ENGINES
        for size in sorted(sizes or {size for engine in chosen for size in SIZES[engine]}):
            for number in range(1, (rounds or (1 if size >= LARGE else 3)) + 1):
                for engine in chosen:
                    if (sizes or size in SIZES[engine]) and (size, engine, number) not in done:
                        self._check_disk(size, engine)
                        self._keep(list(Round(self, size, engine, number).results(bool(sizes))))
            shutil.rmtree(self.work / str(size), ignore_errors=True)

    @property
    def file(self) -> Path:
        return self.work / "results.csv"

    def _finished(self) -> list[Result]:
        return read_results(self.file) if self.file.exists() else []

    def _keep(self, results: list[Result]) -> None:
        """Add the results of one round: all of them, or none if the round stopped early."""
        is_new = not self.file.exists()
        with self.file.open("a", encoding="utf-8", newline="") as stream:
            writer = csv.DictWriter(stream, [column.name for column in fields(Result)])
            if is_new:
                writer.writeheader()
            writer.writerows(asdict(result) for result in results)

    def raw(self, size: int) -> Path:
        """The raw files of a size, generated if they do not exist."""
        folder = self.work / str(size) / "raw"
        if not folder.exists():
            self.tell(f"{size:,} companies: generating raw files")
            unfinished = folder.with_name("raw-unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for _ in generate(draw_world(size, GENERATED_DAYS, SEED, FIRST_DAY), unfinished):
                pass
            unfinished.rename(folder)
        return folder

    @cached_property
    def server(self) -> Server:
        """The Postgres server, started when it is first needed."""
        return self._stack.enter_context(running_server(self.work / "postgres", SERVER_SETTINGS))

    @cached_property
    def profiles(self) -> Path:
        folder = self.work / "profiles"
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "profiles.yml.example", folder / "profiles.yml")
        return folder

    def _check_disk(self, size: int, engine: str) -> None:
        needed = 2 * 1024**3 + size * BYTES_PER_COMPANY[engine]
        free = shutil.disk_usage(self.work).free
        if free < needed:
            raise RunError(
                f"{size:,} companies need about {needed / 1024**3:.0f} GB on the disk of {self.work}, and "
                f"{free / 1024**3:.0f} GB are free: make room, or choose a smaller --size."
            )


@dataclass
class Round:
    """One round of a size on an engine."""

    run: Run
    size: int
    engine: str
    number: int

    def results(self, is_chosen_size: bool) -> Iterator[Result]:
        """Measure every case. Tests and triggers are measured only at the real size, or at a size that the user
        chose.
        """
        in_full = self.size == REAL_SIZE or is_chosen_size
        with self._database("build") as database:
            if self.engine == "postgres":
                yield self._load("load", database)
            yield self._build("first", database)
            if in_full:
                yield self._same_work(database)
                yield self._triggers(database)
            yield self._build("nightly", database)
        if in_full and self.number == 1:
            with self._database("tests") as database:
                if self.engine == "postgres":
                    self._load("load", database)
                yield self._build("with-tests", database, left_out=("unit_test",))

    def _load(self, case: str, database: Database) -> Result:
        command = (*SLOTWATCH, "load", self.run.raw(self.size), "--target", "postgres")
        return self._result(case, self._measure(case, command, database))

    def _build(
        self, case: str, database: Database, *arguments: str, left_out: Sequence[str] = ("test", "unit_test")
    ) -> Result:
        """`dbt build` of a day, after a parse with the same vars, because a nightly job starts with a parsed
        project.
        """
        options = (
            *("--project-dir", ROOT, "--profiles-dir", self.run.profiles, "--target", self.engine),
            *("--target-path", self.target, "--log-path", self.folder / "logs"),
            *("--vars", json.dumps({"as_of": MOMENTS.get(case, MOMENTS["first"])})),
        )
        self._measure("parse", (*DBT, "--quiet", "parse", *options), database)
        command = (*DBT, "--quiet", "build", *arguments, "--exclude-resource-type", *left_out, *options)
        usage = self._measure(case, command, database)
        return self._result(case, usage, int(database.execute(KNOWN_ROWS)[0][0]))

    def _same_work(self, database: Database) -> Result:
        """The models that do the same work as the triggers, built one after the other in a copy of the first build."""
        with self._database("part") as copy:
            database.copy_to(copy)
            copy.execute(*(f"drop table {table} cascade" for table in ADDED_TO))
            self._build("same-work", copy, "--select", *SAME_WORK, "--threads", "1")
            seconds = node_seconds(self.target)
            if missing := sorted(set(SAME_WORK) - set(seconds)):
                raise RunError(
                    f"SAME_WORK in benchmarks/runner.py names models that do not exist: {', '.join(missing)}."
                )
            rows = int(copy.execute(ROWS_OF_SAME_WORK)[0][0])
        return self._result("same-work", Usage(sum(seconds[name] for name in SAME_WORK)), rows)

    def _triggers(self, database: Database) -> Result:
        """The replaced design on Postgres, with the results of the first build as input; it must compute the same
        result.
        """
        exported = self.folder / "exported"
        shutil.rmtree(exported, ignore_errors=True)
        database.export(exported)
        given = PostgresDatabase(f"slotwatch_bench_triggers_{self.size}", self.run.server)
        given.create()
        try:
            seconds, rows = run_triggers(given.dsn, exported, ROOT / "seeds")
        finally:
            given.remove()
        return self._result("triggers", Usage(sum(seconds.values())), rows)

    def _result(self, case: str, usage: Usage, rows: int | None = None) -> Result:
        self.run.tell(f"{self.size:,} companies, {self.engine}, round {self.number}, {case}: {usage.wall_s:.1f} s")
        figures = (usage.wall_s, usage.cpu_s, usage.peak_mb, usage.server_cpu_s, usage.server_mb)
        rounded = [None if figure is None else round(figure, 2) for figure in figures]
        return Result(self.size, self.engine, self.number, case, *rounded, rows)

    @property
    def folder(self) -> Path:
        return self.run.work / str(self.size) / self.engine

    @property
    def target(self) -> Path:
        """dbt's target folder of this size and engine."""
        return self.folder / "target"

    @contextmanager
    def _database(self, purpose: str) -> Iterator[Database]:
        """A new database, which is dropped after the block."""
        database: Database
        if self.engine == "duckdb":
            database = DuckDBDatabase(self.folder / purpose)
        else:
            database = PostgresDatabase(f"slotwatch_bench_{purpose}_{self.size}", self.run.server)
        database.create()
        try:
            yield database
        finally:
            database.remove()

    def _measure(self, log: str, command: Sequence[str | os.PathLike], database: Database) -> Usage:
        environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if name not in FORGOTTEN},
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "DBT_PROFILES_DIR": str(self.run.profiles),
            "DBT_TARGET_PATH": str(self.folder / "target-load"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "SLOTWATCH_RAW_DIR": str(self.run.raw(self.size)),
            **({"SLOTWATCH_MEMORY_LIMIT": MEMORY_LIMIT_OF_LARGE} if self.size >= LARGE else {}),
            **database.environment,
        }
        return measure(command, self.folder / "logs" / f"{log}.log", ROOT, environment, database.server_pid)


def node_seconds(target: Path) -> dict[str, float]:
    """Seconds of each node of the last invocation, by its name."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".", 2)[2]: result["execution_time"] for result in results}
