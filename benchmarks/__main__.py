"""The commands: `run` measures, `report` writes docs/benchmarks.*, `budget` guards the speed of a build."""

from __future__ import annotations

from pathlib import Path

import click

from benchmarks.plan import CASES, ENGINES, PlanError, steps


class Listed(click.ParamType):
    """Values parted by commas."""

    def __init__(self, kind: type, name: str):
        self.kind = kind
        self.name = name

    def convert(self, value, param, context):
        try:
            return [self.kind(part.replace("_", "")) if self.kind is int else part.strip() for part in value.split(",")]
        except ValueError:
            self.fail(f"{value} is no list of numbers parted by commas.", param, context)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """SlotWatch at real scale, beside its rivals."""


WORK_OPTION = click.option(
    "--work", type=click.Path(path_type=Path), help="Folder for raw files, databases, logs.  [target/benchmarks]"
)


@main.command()
@click.option("--sizes", type=Listed(int, "N,N,..."), default=None, help="Numbers of companies, all by default.")
@click.option("--engines", type=Listed(str, "E,E"), default=None, help=f"{', '.join(ENGINES)}; both by default.")
@click.option("--cases", type=Listed(str, "C,C,..."), default=None, help=f"{', '.join(CASES)}; all by default.")
@click.option("--rounds", type=click.IntRange(1), help="How often; 3 by default, the largest size once.")
@click.option("--anew", is_flag=True, help="Forget what was measured before.")
@WORK_OPTION
def run(sizes, engines, cases, rounds, anew: bool, work: Path | None) -> None:
    """Measure what is not measured yet; a run that stopped goes on where it was."""
    from benchmarks.machine import describe_machine
    from benchmarks.measure import CommandError
    from benchmarks.results import ResultsError, open_results
    from benchmarks.rivals.agreement import DisagreementError
    from benchmarks.runner import ROOT, WORK, Run, RunError

    work = (work or WORK).resolve()
    try:
        planned = steps(sizes or (), engines or (), cases or (), rounds)
        file = work / "measurements.jsonl"
        if anew:
            file.unlink(missing_ok=True)
        with Run(open_results(file, describe_machine(ROOT)), work, click.echo) as running:
            running.measure(planned)
    except (PlanError, ResultsError, RunError, CommandError, DisagreementError) as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option("--out", type=click.Path(path_type=Path), help="Folder of the report.  [docs]")
@WORK_OPTION
def report(out: Path | None, work: Path | None) -> None:
    """Write the page, the picture and the figures of what was measured."""
    from benchmarks.report import write_report
    from benchmarks.results import ResultsError, read_results
    from benchmarks.runner import ROOT, WORK

    try:
        files = write_report(read_results((work or WORK) / "measurements.jsonl"), out or ROOT / "docs")
    except ResultsError as error:
        raise click.ClickException(str(error)) from error
    for file in files:
        click.echo(f"{file} written")


@main.command()
@click.option("--record", "is_recorded", is_flag=True, help="Make what is measured now the budget.")
def budget(is_recorded: bool) -> None:
    """Compare a build of 9,500 companies with benchmarks/budget.json; fail on a clear regression."""
    from benchmarks.budget import COMPANIES, FILE, HOW_TO_RECORD, check, measure_budget, read_budget, record

    if is_recorded:
        found = measure_budget(COMPANIES, click.echo)
        record(found)
        click.echo(f"{FILE} written: {found.cpu_ratio:.2f} times the CPU time of an empty project")
        return
    if problems := check(read_budget(), click.echo):
        raise click.ClickException("\n".join([*problems, HOW_TO_RECORD]))
    click.echo("The build is within its budget.")


if __name__ == "__main__":
    main(prog_name="python -m benchmarks")
