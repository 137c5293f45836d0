"""The commands: `run` measures, `report` writes docs/benchmarks.md."""

from __future__ import annotations

from pathlib import Path

import click

WORK = Path("target/benchmarks")
WORK_OPTION = click.option(
    "--work", type=click.Path(path_type=Path), default=WORK, show_default=True, help="Folder of raw files, databases."
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Measures SlotWatch at real scale."""


@main.command()
@click.option("--size", "sizes", type=click.IntRange(1), multiple=True, help="Companies; may be given several times.")
@click.option("--engine", "engines", type=click.Choice(["duckdb", "postgres"]), multiple=True, help="Both by default.")
@click.option("--rounds", type=click.IntRange(1), help="Repetitions: 3 by default, 1 from 500,000 companies on.")
@WORK_OPTION
def run(sizes: tuple[int, ...], engines: tuple[str, ...], rounds: int | None, work: Path) -> None:
    """Run the measurements that are still missing. To start again, remove the folder."""
    from benchmarks.measure import CommandError
    from benchmarks.runner import Run, RunError
    from benchmarks.triggers import TriggerError

    try:
        with Run(work.resolve(), click.echo) as running:
            running.measure(sizes, engines, rounds)
    except (RunError, CommandError, TriggerError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--out", type=click.Path(path_type=Path), default=Path("docs"), show_default=True)
@WORK_OPTION
def report(out: Path, work: Path) -> None:
    """Write the page and the measurements."""
    from benchmarks.report import write_report

    try:
        files = write_report(work / "results.csv", out)
    except OSError as error:
        raise click.ClickException(f"{error.filename} cannot be read: run `python -m benchmarks run` first.") from error
    for file in files:
        click.echo(f"{file} written")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
