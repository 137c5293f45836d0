"""The measurements: for each size, round and engine, one database gets a first build from the raw files and then a
nightly build, each with all data tests. On the result, the commands that read it are timed."""

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
from benchmarks.dol_files import write_dol_files
from benchmarks.measure import MB, Usage, measure
from benchmarks.postgres_server import Server, running_server
from benchmarks.triggers import run_triggers
from slotwatch.generator import FIRST_DAY
from slotwatch.generator.raw_tables import generate
from slotwatch.generator.world import draw_world

ROOT = Path(__file__).resolve().parents[1]
DBT = (sys.executable, "-c", "from dbt.cli.main import cli; cli()")
SLOTWATCH = (sys.executable, "-m", "slotwatch.cli")
ENGINES = ("duckdb", "postgres")
SIZES = {"duckdb": (9_500, 95_004, 950_040, 3_000_000), "postgres": (9_500, 95_004, 950_040)}
REAL_SIZE = 95_004
"""Companies of the system in use. Triggers and shares are measured at this size, and at smaller ones if asked for."""
LARGE = 500_000
"""Companies from which on one round is measured, of builds and commands only."""
WHOLE_MARKET = 2_000_000
"""Companies from which on the raw folder also has full years of the Department of Labor's files."""
SETTINGS_FROM: dict[int, dict[str, str]] = {
    LARGE: {"SLOTWATCH_MEMORY_LIMIT": "5GB"},
    WHOLE_MARKET: {"SLOTWATCH_MEMORY_LIMIT": "9GB", "SLOTWATCH_THREADS": "2"},
}
"""The settings that docs/scale.md advises, by the number of companies from which on they are used."""
SEED = 1
NIGHT = 2  # the day of the nightly build; on each day after the first, 1 % of the slots change
NIGHTS_BY_SHARE = {"night-0": (1, NIGHT), "night-10": (11, 11)}
"""Nights after which 0 % and 10 % of the slots have changed: days with raw rows, and the day of the build."""
FORGOTTEN = (
    *("SLOTWATCH_THREADS", "SLOTWATCH_MEMORY_LIMIT", "SLOTWATCH_SCHEMA_PREFIX", "SLOTWATCH_PG_READERS"),
    "PYTHONDONTWRITEBYTECODE",  # every command would compile all of dbt
)
BYTES_PER_COMPANY = {"duckdb": 20 * 1024, "postgres": 64 * 1024}  # of disk, at the peak

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
ONE_COMPANY = "select min(company_id) from slotwatch.companies"


class RunError(RuntimeError):
    """The run cannot continue; the message says why, in one sentence."""


@dataclass(frozen=True)
class Result:
    """One row of results.csv. Memory and disk are in MB; rows are the raw rows that a build read, or the rows that
    triggers wrote; disk is what the database has after a build, or the size of the page."""

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
    disk_mb: float | None = None


def read_results(file: Path) -> list[Result]:
    """The rows of results.csv. Raises OSError without one."""
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    types = {"companies": int, "engine": str, "round": int, "case": str, "rows": int}
    return [Result(**{name: types.get(name, float)(value) for name, value in row.items() if value}) for row in rows]


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

    def raw(self, size: int, days: int = NIGHT) -> Path:
        """The raw files of a size and a number of days, generated if they do not exist."""
        folder = self.work / str(size) / f"raw-{days}"
        if not folder.exists():
            self.tell(f"{size:,} companies, {days} days: generating raw files")
            unfinished = folder.with_name("raw-unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            for _ in generate(draw_world(size, days, SEED, FIRST_DAY), unfinished):
                pass
            if size >= WHOLE_MARKET:
                write_dol_files(unfinished)
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
        """Measure every case. Triggers and shares are measured only at the real size, or at a size that the user
        chose, unless it is large.
        """
        in_full = self.size == REAL_SIZE or (is_chosen_size and self.size < LARGE)
        with self._database("build") as database:
            if self.engine == "postgres":
                yield self._load(database)
            yield self._build("first", database)
            if in_full:
                yield self._same_work(database)
                yield self._triggers(database)
            yield self._build("nightly", database, NIGHT)
            if self.size >= REAL_SIZE or is_chosen_size:
                yield from self._commands(database)
        if in_full and self.number == 1:
            for case, (days, day) in NIGHTS_BY_SHARE.items():
                with self._database("share") as database:
                    if self.engine == "postgres":
                        self._load(database, days)
                    self._build("first", database, 1, days)
                    yield self._build(case, database, day, days)

    def _load(self, database: Database, days: int = NIGHT) -> Result:
        command = (*SLOTWATCH, "load", self.run.raw(self.size, days), "--target", "postgres")
        return self._result("load", self._measure("load", command, database, days))

    def _build(
        self,
        case: str,
        database: Database,
        day: int = 1,
        days: int = NIGHT,
        arguments: Sequence[str] = (),
        left_out: Sequence[str] = ("unit_test",),
    ) -> Result:
        """`dbt build` of a day (from 1) with all data tests, after a parse with the same vars, because a nightly job
        starts with a parsed project.
        """
        options = (
            *("--project-dir", ROOT, "--profiles-dir", self.run.profiles, "--target", self.engine),
            *("--target-path", self.target, "--log-path", self.folder / "logs"),
            *("--vars", json.dumps({"as_of": moment(day)})),
        )
        self._measure("parse", (*DBT, "--quiet", "parse", *options), database, days)
        command = (*DBT, "--quiet", "build", *arguments, "--exclude-resource-type", *left_out, *options)
        usage = self._measure(case, command, database, days)
        return self._result(case, usage, int(database.execute(KNOWN_ROWS)[0][0]), database.bytes())

    def _commands(self, database: Database) -> Iterator[Result]:
        """The commands that read a database, after the nightly build."""
        page = self.folder / "dashboard.html"
        commands: dict[str, tuple[str | Path, ...]] = {
            "explain": (database.execute(ONE_COMPANY)[0][0],),
            "today": (),
            "diff": (moment(1), moment(NIGHT)),
            "dashboard": ("--out", page),
        }
        for case, arguments in commands.items():
            usage = self._measure(case, (*SLOTWATCH, case, *arguments, "--target", self.engine), database)
            yield self._result(case, usage, None, page.stat().st_size if case == "dashboard" else None)

    def _same_work(self, database: Database) -> Result:
        """The models that do the same work as the triggers, built one after the other in a copy of the first build."""
        with self._database("part") as copy:
            database.copy_to(copy)
            copy.execute(*(f"drop table {table} cascade" for table in ADDED_TO))
            arguments = ("--select", *SAME_WORK, "--threads", "1")
            self._build("same-work", copy, arguments=arguments, left_out=("test", "unit_test"))
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

    def _result(self, case: str, usage: Usage, rows: int | None = None, disk_bytes: int | None = None) -> Result:
        self.run.tell(f"{self.size:,} companies, {self.engine}, round {self.number}, {case}: {usage.wall_s:.1f} s")
        figures = (usage.wall_s, usage.cpu_s, usage.peak_mb, usage.server_cpu_s, usage.server_mb)
        rounded = [None if figure is None else round(figure, 2) for figure in figures]
        disk_mb = None if disk_bytes is None else round(disk_bytes / MB, 2)
        return Result(self.size, self.engine, self.number, case, *rounded, rows, disk_mb)

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

    def _measure(self, log: str, command: Sequence[str | os.PathLike], database: Database, days: int = NIGHT) -> Usage:
        environment: Mapping[str, str] = {
            **{name: value for name, value in os.environ.items() if name not in FORGOTTEN},
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
            "DBT_PROFILES_DIR": str(self.run.profiles),
            "DBT_TARGET_PATH": str(self.folder / "target-load"),
            "DBT_LOG_PATH": str(self.folder / "logs"),
            "SLOTWATCH_RAW_DIR": str(self.run.raw(self.size, days)),
            **settings_of(self.size),
            **database.environment,
        }
        return measure(command, self.folder / "logs" / f"{log}.log", ROOT, environment, database.server_pid)


def moment(day: int) -> str:
    """The `as_of` of a day, counted from 1."""
    return f"{FIRST_DAY + timedelta(days=day - 1)} 06:00:00"


def settings_of(companies: int) -> dict[str, str]:
    """The settings for a number of companies, by the names of their environment variables."""
    return next((SETTINGS_FROM[size] for size in sorted(SETTINGS_FROM, reverse=True) if companies >= size), {})


def node_seconds(target: Path) -> dict[str, float]:
    """Seconds of each node of the last invocation, by its name."""
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))["results"]
    return {result["unique_id"].split(".", 2)[2]: result["execution_time"] for result in results}
