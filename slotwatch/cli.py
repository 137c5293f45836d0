"""The command line of SlotWatch: each command is a thin layer over a module of `slotwatch.commands` and others."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from slotwatch.commands.days import DayError, days_between, read_day, read_days, read_step
from slotwatch.commands.pages import page
from slotwatch.generator import FIRST_DAY, MAX_COMPANIES, MAX_DAYS

console = Console(soft_wrap=True, highlight=False)
SECONDS_BETWEEN_LINES = 20  # seconds between lines of progress in a pipe


@click.group(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit codes: 0 it worked, 1 it did not (one sentence says why), 2 an argument is wrong.",
)
@click.version_option(package_name="slotwatch", message="slotwatch %(version)s")
def main() -> None:
    """SlotWatch: who holds the seats that matter, and what may be said to them."""


@main.command(short_help="Copy raw files into a Postgres database.")
@click.argument("raw_dir", type=click.Path(path_type=Path))
@click.option("--target", required=True, help="Target of profiles.yml, a Postgres database.")
def load(raw_dir: Path, target: str) -> None:
    """Copy a folder of raw files into the raw tables of a Postgres database.

    Each table that has a file is replaced in one transaction. A table without a file stays as it is. DuckDB reads raw
    files in place and does not need this command.
    """
    from slotwatch.warehouse.dbt_runs import DbtError, Project
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.loading import load_tables
    from slotwatch.warehouse.profile import credentials
    from slotwatch.warehouse.raw_contract import RawFileError

    try:
        with console.status("Reading the project"):
            project = Project.parse(target)
            connection = credentials(target)
        if connection.type == "duckdb":
            raise click.ClickException("DuckDB reads raw files in place: set SLOTWATCH_RAW_DIR instead of loading.")
        started = time.monotonic()
        with _progress() as progress:
            task = progress.add_task("", total=None)
            for table, rows in load_tables(
                raw_dir,
                connection,
                project.raw_schema(),
                lambda table, rows: progress.update(task, description=f"{table}  {rows:,} rows"),
                lambda warning: progress.console.print(warning, markup=False),
            ):
                progress.console.print(f"{table:<22} " + (f"{rows:>12,} rows" if rows is not None else "no file, kept"))
    except (DbtError, RawFileError, DatabaseError) as error:
        raise click.ClickException(str(error)) from error
    console.print(f"Loaded in {time.monotonic() - started:.1f} s")


@main.command(short_help="Read raw files without building, and report on them.")
@click.argument("raw_dir", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON, for machines.")
def check(raw_dir: Path, as_json: bool) -> None:
    """Read a folder of raw files without building, and print what a build would make of it.

    Shows per file: table, rows, which header became which column, what is missing, values that cannot be read, rows
    that will be refused and why, and what to do. The exit code is 1 when a build would be refused, a required column
    is missing or no file is that of a raw table. The JSON is described in slotwatch/commands/check.py.
    """
    from slotwatch.commands.check import check_folder, print_check
    from slotwatch.commands.pages import show
    from slotwatch.warehouse.raw_contract import RawFileError

    try:
        found = check_folder(raw_dir)
    except RawFileError as error:
        raise click.ClickException(str(error)) from error
    show(found, print_check, as_json)
    if not found["is_ok"]:
        sys.exit(1)


@main.command(short_help="Build one day after another.")
@click.option("--from", "first", metavar="DAY", help="First day to build.")
@click.option("--to", "last", metavar="DAY", help="Last day to build.")
@click.option("--every", default="1d", show_default=True, metavar="STEP", help="Step from day to day: 7d, 1w, 12h.")
@click.option("--days", metavar="D1,D2,...", help="The days to build, instead of --from and --to.")
@click.option(
    "--tests",
    type=click.Choice(["every", "last"]),
    default="every",
    show_default=True,
    help="Run the data tests on every day, or only on the last.",
)
@click.option(
    "--summary", "with_summary", is_flag=True, help="Print a summary of the last day, as `slotwatch summary` does."
)
@click.option("--target", help="Target of profiles.yml.")
def replay(
    first: str | None,
    last: str | None,
    every: str,
    days: str | None,
    tests: str,
    with_summary: bool,
    target: str | None,
) -> None:
    """Build one day after another, as the nightly job would have done.

    A day is a date (its first instant) or a UTC timestamp. Days that were built to the end are skipped, so a replay
    that stopped continues where it was.
    """
    if days and (first or last):
        raise click.UsageError("Give either --days, or --from and --to.")
    try:
        wanted = read_days(days) if days else days_between(read_day(first), read_day(last), read_step(every))
    except DayError as error:
        raise click.UsageError(str(error)) from error
    # imported late, because dbt takes seconds to import and --help does not need it
    from slotwatch.warehouse.dbt_runs import DbtError, Project
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.profile import credentials, duckdb_file, old_file_notice
    from slotwatch.warehouse.reading import built_days, warehouse

    try:
        if not console.is_terminal:
            console.print("Reading the project")
        with console.status("Reading the project"):
            project = Project.parse(target)
            built = built_days(target)
            connection = credentials(target)
        if connection.type == "duckdb" and (notice := old_file_notice(duckdb_file(connection))):
            console.print(notice, markup=False)
        warned: set[str] = set()
        for position, day in enumerate(wanted, start=1):
            label = f"[{position}/{len(wanted)}] {day:%Y-%m-%d %H:%M}"
            if day in built:
                console.print(f"{label}  built before, skipped", markup=False)
            else:
                with_tests = tests == "every" or position == len(wanted)
                nodes, seconds = _build_with_progress(project, day, with_tests, label, warned)
                console.print(f"{label}  {nodes} nodes in {seconds:.1f} s", markup=False)
        if with_summary:
            from slotwatch.commands.summary import print_summary

            with warehouse(target) as rows, page() as out:
                print_summary(rows, out)
    except (DbtError, DatabaseError) as error:
        raise click.ClickException(str(error)) from error


def _progress() -> Progress:
    """A progress bar that disappears when it ends, and is not shown in a pipe."""
    columns = [SpinnerColumn(), TextColumn("{task.description}", markup=False), BarColumn(), TimeElapsedColumn()]
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _build_with_progress(project, day: datetime, with_tests: bool, label: str, warned: set[str]) -> tuple[int, float]:
    """Nodes and seconds of a build. A pipe gets a line from time to time instead of the progress bar.

    A warning is printed once; ``warned`` collects those that were printed.
    """
    started = last_line = time.monotonic()
    finished = 0
    left_out = {"unit_test"} if with_tests else {"unit_test", "test"}
    total = sum(node.resource_type not in left_out for node in project.manifest.nodes.values())

    def on_node(name: str) -> None:
        nonlocal finished, last_line
        finished += 1
        progress.update(task, advance=1, description=f"{label}  {name[:40]:<40}")
        if not console.is_terminal and time.monotonic() - last_line > SECONDS_BETWEEN_LINES:
            last_line = time.monotonic()
            console.print(f"      {finished} of {total} nodes, {last_line - started:.0f} s, last {name}", markup=False)

    def on_warning(words: str) -> None:
        if words not in warned:
            warned.add(words)
            progress.console.print(words, markup=False)

    with _progress() as progress:
        task = progress.add_task(label, total=total)
        nodes = project.build(f"{day:%Y-%m-%d %H:%M:%S.%f}", with_tests, on_node, on_warning)
    return nodes, time.monotonic() - started


@main.command(short_help="Print what the last build found.")
@click.option("--target", help="Target of profiles.yml.")
def summary(target: str | None) -> None:
    """Print what the last build found: funnel, fill rates, bands, proof lines."""
    from slotwatch.commands.summary import print_summary
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.reading import warehouse

    try:
        with warehouse(target) as rows, page() as out:
            print_summary(rows, out)
    except DatabaseError as error:
        raise click.ClickException(str(error)) from error


@main.command("move-state", short_help="Copy the history to another database.")
@click.option("--from", "source", required=True, help="Target of profiles.yml that has the history.")
@click.option("--to", "destination", required=True, help="Target of profiles.yml without one.")
def move_state(source: str, destination: str) -> None:
    """Copy the history to another database: snapshots, ids, rule events, proofs, verdicts, the log of runs.

    The command copies all of it or nothing. The next `dbt build` makes everything else from the raw tables.
    """
    from slotwatch.warehouse.dbt_runs import DbtError, Project
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.profile import credentials
    from slotwatch.warehouse.state import move_state

    try:
        with console.status("Reading the project"):
            project = Project.parse(destination)
            connections = credentials(source), credentials(destination)
        with console.status("Moving"):
            moved = list(move_state(*connections, project.state_schemas()))
    except (DbtError, DatabaseError) as error:
        raise click.ClickException(str(error)) from error
    for table, rows in moved:
        console.print(f"{table:<44} {rows:>12,} rows")


@main.command(short_help="Take the history back to an earlier build.")
@click.argument("as_of", metavar="AS_OF")
@click.option(
    "--copy",
    type=click.Path(path_type=Path, dir_okay=False),
    help="New file for the copy of the history as it is now.  [default: history-before-AS_OF.duckdb]",
)
@click.option("--target", help="Target of profiles.yml.")
def rewind(as_of: str, copy: Path | None, target: str | None) -> None:
    """Take the history back to the last build at or before AS_OF, a date (its first instant) or a UTC timestamp.

    What later builds recorded is removed: slots, bands, ids, rule events, proofs, verdicts, messages, the log of runs.
    The whole history is first copied into a DuckDB file. Marts follow with the next `dbt build`.
    """
    try:
        day = read_day(as_of)
    except DayError as error:
        raise click.UsageError(str(error)) from error
    from slotwatch.warehouse.dbt_runs import DbtError, Project
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.profile import credentials
    from slotwatch.warehouse.rewinding import rewind

    copy = copy or Path(f"history-before-{day:%Y%m%d-%H%M%S}.duckdb")
    try:
        with console.status("Reading the project"):
            project = Project.parse(target)
            connection = credentials(target)
        with console.status("Taking the history back"):
            rewound = rewind(connection, project.recorded(), project.ledger_schema(), day, copy, project.lock_name())
    except (DbtError, DatabaseError) as error:
        raise click.ClickException(str(error)) from error
    if rewound.copy is None:
        console.print(f"The last build is that of as_of {rewound.as_of}: there is nothing to take back.", markup=False)
        return
    for table, rows in rewound.removed.items():
        console.print(f"{table:<44} {rows:>12,} rows removed", markup=False)
    console.print(
        f"The history now ends with as_of {rewound.as_of}. {rewound.copy} has the history as it was.", markup=False
    )
    console.print("Build with a later as_of now: until then the marts show the builds that were removed.", markup=False)


@main.command(short_help="Show who to write to and to call, and what changed.")
@click.option(
    "--json", "as_json", is_flag=True, help="Print the lists as JSON, for machines, up to 2,000 rows of each."
)
@click.option("--target", help="Target of profiles.yml.")
def today(as_json: bool, target: str | None) -> None:
    """Show who to write to and to call, who answered, what changed and what needs a human.

    The lists are those at the top of the dashboard, as of the last build. The JSON is described in
    slotwatch/commands/today.py.
    """
    from slotwatch.commands.pages import show
    from slotwatch.commands.today import print_today
    from slotwatch.commands.today import today as today_lists
    from slotwatch.commands.unfinished import unfinished
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.reading import warehouse

    try:
        with warehouse(target) as rows:
            found = today_lists(rows)
            for line in unfinished(rows):
                click.echo(line, err=True)
    except DatabaseError as error:
        raise click.ClickException(str(error)) from error
    show(found, print_today, as_json)


@main.command(short_help="Show all about one company or person.")
@click.argument("name", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print the story as JSON, for machines.")
@click.option("--target", help="Target of profiles.yml.")
def explain(name: tuple[str, ...], as_json: bool, target: str | None) -> None:
    """Show one company or person as of the last build, and why there is a message or none.

    NAME is of a company: a Barton id (also one that became an alias), a domain in any spelling, an EIN, or a name or
    part of one; or of a person: an id, an email address, or a name or part of one. Shows the raw rows, slots, active
    signals, the band's arithmetic, the proof, the message decision with the mail, and what would lift the company one
    band. The JSON is described in slotwatch/commands/explain.py.
    """
    from slotwatch.commands.explain import company_story
    from slotwatch.commands.pages import show
    from slotwatch.commands.search import SearchError, find
    from slotwatch.commands.story_page import print_story
    from slotwatch.commands.unfinished import unfinished
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.reading import warehouse

    try:
        with warehouse(target) as rows:
            story = company_story(rows, find(rows, " ".join(name)))
            for line in unfinished(rows):
                click.echo(line, err=True)
    except (DatabaseError, SearchError) as error:
        raise click.ClickException(str(error)) from error
    show(story, print_story, as_json)


@main.command(short_help="Show what changed between two days.")
@click.argument("earlier", metavar="D1")
@click.argument("later", metavar="D2")
@click.option("--json", "as_json", is_flag=True, help="Print the difference as JSON, for machines.")
@click.option("--target", help="Target of profiles.yml.")
def diff(earlier: str, later: str, as_json: bool, target: str | None) -> None:
    """Show what changed between two days: seats filled and vacated, bands up and down, new proofs.

    A date means the last build of that date, a UTC timestamp the build with exactly that as_of. Builds that failed do
    not count. The two states are compared: a change that was undone in between is not shown.
    The JSON is described in slotwatch/commands/diff.py.
    """
    from slotwatch.commands.diff import DiffError, day_diff, print_diff
    from slotwatch.commands.pages import show
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.reading import warehouse

    try:
        with warehouse(target) as rows:
            found = day_diff(rows, earlier, later)
    except DayError as error:
        raise click.UsageError(str(error)) from error
    except (DatabaseError, DiffError) as error:
        raise click.ClickException(str(error)) from error
    show(found, print_diff, as_json)


@main.command(short_help="Write made-up raw tables of any size.")
@click.option("--companies", type=click.IntRange(1, MAX_COMPANIES), required=True, help="How many companies.")
@click.option("--days", type=click.IntRange(1, MAX_DAYS), default=1, show_default=True, help="How many days to build.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Another seed, other rows.")
@click.argument("out_dir", type=click.Path(path_type=Path, file_okay=False))
def generate(companies: int, days: int, seed: int, out_dir: Path) -> None:
    """Write made-up raw tables at real scale into OUT_DIR, as Parquet, for trials and benchmarks.

    The proportions are those of a production system: with 95,004 companies, 177,757 of 285,012 slots are filled on the
    last day. Each later day changes about 1 % of the slots. The same arguments give the same rows.
    """
    try:
        from slotwatch.generator.raw_tables import GeneratorError
        from slotwatch.generator.raw_tables import generate as write_tables
        from slotwatch.generator.world import draw_world
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"`slotwatch generate` needs the extra `generate` ({error.name} is missing): "
            "run `.venv/bin/pip install --editable '.[generate]'`."
        ) from error

    started = time.monotonic()
    try:
        with console.status("Drawing who holds which seat"):
            world = draw_world(companies, days, seed, FIRST_DAY)
        for table in write_tables(world, out_dir):
            console.print(f"{table.name:<22} {table.rows:>12,} rows")
    except GeneratorError as error:
        raise click.ClickException(str(error)) from error
    console.print(f"Written in {time.monotonic() - started:.1f} s. To build it:", markup=False)
    days_text = ",".join(world.build_days())
    console.print(
        f"  SLOTWATCH_RAW_DIR={out_dir} SLOTWATCH_DUCKDB_PATH=... slotwatch replay --days '{days_text}'", markup=False
    )


@main.command(short_help="Write a web page of charts and companies.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("target/dashboard.html"),
    show_default=True,
    help="File to write.",
)
@click.option("--target", help="Target of profiles.yml.")
def dashboard(out: Path, target: str | None) -> None:
    """Build a web page of charts and companies as of the last build, in one file without a server.

    It shows seats, events, funnel, bands, renewals, queues, messages and data quality, and a table of companies to
    search, each with what `slotwatch explain` shows. The page has at most 5 MB and says what it leaves out.
    """
    from slotwatch.dashboard.page import make_dashboard, write_page
    from slotwatch.warehouse.errors import DatabaseError
    from slotwatch.warehouse.reading import warehouse

    try:
        with console.status("Building the page"), warehouse(target) as rows:
            made = make_dashboard(rows)
        write_page(made.html, out)
    except DatabaseError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{out} cannot be written: {error.strerror}.") from error
    size = len(made.html.encode("utf-8")) / 1_000_000
    console.print(
        f"{out}: {size:.1f} MB, with {made.listed:,} of {made.companies:,} companies, {made.told:,} of them in detail. "
        "Open it in a browser.",
        markup=False,
    )


if __name__ == "__main__":
    sys.exit(main())
