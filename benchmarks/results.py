"""The measurements of a run: a file to which each is appended as it is made, so that a run that stopped goes on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.plan import Step


class ResultsError(RuntimeError):
    """Why the measurements of a file cannot be used, in one sentence."""


@dataclass(frozen=True)
class Measurement:
    """What one step took, in seconds and bytes; `rows` are raw rows that the build knew, `nodes` seconds by node."""

    step: Step
    measured_at: str  # UTC, ISO 8601
    wall_s: float
    cpu_s: float
    peak_bytes: int
    server_cpu_s: float | None = None
    server_peak_bytes: int | None = None
    rows: int | None = None
    nodes: Mapping[str, float] = field(default_factory=dict)
    details: Mapping[str, float] = field(default_factory=dict)

    @property
    def rows_per_second(self) -> float | None:
        return self.rows / self.wall_s if self.rows else None


@dataclass(frozen=True)
class Results:
    """The measurements in a file, and what they are about: the machine and the code, once known the Postgres server."""

    file: Path
    about: dict[str, Any]
    measurements: dict[Step, Measurement]

    def add(self, measurement: Measurement) -> None:
        """Keep a measurement, in memory and in the file; a later one of the same step replaces it."""
        self.measurements[measurement.step] = measurement
        self._append(asdict(measurement))

    def describe(self, what: str, facts: Mapping[str, Any]) -> None:
        """Keep facts on what is measured."""
        if self.about.get(what) != facts:
            self.about[what] = dict(facts)
            self._append({"about": {what: facts}})

    def _append(self, values: Mapping[str, Any]) -> None:
        with self.file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(values) + "\n")


def open_results(file: Path, about: Mapping[str, Any]) -> Results:
    """The results in a file, to which more may be added; a new file is begun.

    ``about`` says what is measured now: `machine` and `code`. Raises ResultsError when the file is of other ones.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        file.write_text(json.dumps({"about": about}) + "\n", encoding="utf-8")
    results = read_results(file)
    for what, words in (("code", "other code"), ("machine", "another machine")):
        if results.about.get(what) != about[what]:
            raise ResultsError(f"The measurements in {file} are of {words}: measure all anew with --anew.")
    return results


def read_results(file: Path) -> Results:
    """The results in a file. A last line that a stopped run left half-written is dropped. Raises ResultsError."""
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    if not lines:
        raise ResultsError(f"{file} holds no measurements: run `python -m benchmarks run` first.")
    about: dict[str, Any] = {}
    measurements = {}
    for number, line in enumerate(lines, start=1):
        try:
            values = json.loads(line)
            if "about" in values:
                about |= values["about"]
                continue
            measurement = Measurement(**{**values, "step": Step(**values["step"])})
        except (ValueError, TypeError, KeyError) as error:
            if number == len(lines) > 1:
                file.write_text("".join(f"{line}\n" for line in lines[:-1]), encoding="utf-8")
                break
            raise ResultsError(f"{file} cannot be read: line {number} is no measurement.") from error
        measurements[measurement.step] = measurement
    return Results(file, about, measurements)
