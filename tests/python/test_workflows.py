"""The continuous integration: the test runs the commands of the workflow file on a copy of the project."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable

import pytest
from checkout_support import NO_TESTS, Checkout, built_nodes, command, settings_of, workflow
from warehouse_support import ROOT

FILE = ".github/workflows/ci.yml"
CI = workflow(FILE)
MODEL = "models/marts/companies/company_filings.sql"
RANKED = "order by sum(schedule_a.charges) desc nulls last"

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the workflow asks git what changed")


def commands(job: str) -> list[str]:
    """The scripts of a job, in order."""
    return [step["run"] for step in CI["jobs"][job]["steps"] if "run" in step]


def settings(job: str) -> dict[str, str]:
    """The environment of a job."""
    return settings_of(CI) | settings_of(CI["jobs"][job])


@pytest.fixture(scope="module")
def main(tmp_path_factory) -> Checkout:
    """A checkout of main in which the job `state` has run."""
    checkout = Checkout.make(tmp_path_factory.mktemp("ci") / "main")
    checkout.output("git init --quiet && git add --all")
    for script in commands("state"):
        checkout.output(script, **settings("state"), **NO_TESTS)
    uploaded = next(step["with"]["path"] for step in CI["jobs"]["state"]["steps"] if "upload" in step.get("uses", ""))
    for path in uploaded.split():
        assert (checkout.root / path).is_file()
    return checkout


@pytest.fixture
def pull_request(main, tmp_path):
    """Runs the job `slim` on main with a change. A stand-in for gh gives the state of main, or fails if there is
    none.
    """

    def run(change: Callable[[Checkout], None], has_state: bool = True) -> subprocess.CompletedProcess:
        root = tmp_path / "pull_request"
        shutil.copytree(main.root, root, symlinks=True, ignore=shutil.ignore_patterns("state", "logs"))
        checkout = Checkout(root)
        change(checkout)
        checkout.output("git add --all")
        brought = f'case "$2" in list) echo 7 ;; download) cp -r "{main.root}/state" state ;; esac'
        command(tmp_path / "bin", "gh", brought if has_state else "exit 1")
        *before, last = [step for step in CI["jobs"]["slim"]["steps"] if "run" in step]
        path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
        for step in before:
            ended = checkout.run(step["run"], **settings("slim"), PATH=path, GH_TOKEN="none")
            assert ended.returncode == 0 or step.get("continue-on-error"), ended.stdout
        return checkout.run(last["run"], **settings("slim"), PATH=path)

    return run


@pytest.mark.long
def test_the_slim_run_builds_changed_models_and_their_readers(main, pull_request, manifest):
    ended = pull_request(lambda checkout: checkout.edit(MODEL, "as latest_plan_year", "+ 0 as latest_plan_year"))
    assert ended.returncode == 0, ended.stdout
    assert "Completed successfully" in ended.stdout
    assert "the_insurer_and_the_broker_paid_most_in_the_latest_year" in ended.stdout
    assert built_nodes(ended.stdout) == readers_of(manifest, "model.slotwatch.company_filings")


def readers_of(manifest, unique_id: str) -> set[str]:
    """Relations of a node and of all nodes that read it, directly or not."""
    found, waiting = set(), [unique_id]
    while waiting:
        node = waiting.pop()
        if node not in found and node in manifest.nodes and node.split(".")[0] in ("model", "seed", "snapshot"):
            found.add(node)
            waiting += manifest.child_map[node]
    return {manifest.nodes[node].alias for node in found}


@pytest.mark.long
def test_the_slim_run_catches_a_rule_that_is_broken(pull_request):
    ended = pull_request(lambda checkout: checkout.edit(MODEL, RANKED, RANKED.replace("desc", "asc")))
    assert ended.returncode == 1
    assert "the_insurer_and_the_broker_paid_most_in_the_latest_year" in ended.stdout


CHANGES = {
    "Python": (
        ("slotwatch/proofs.py", 'timedelta(days=first["valid_days"])', 'timedelta(days=first["valid_days"] - 10)'),
        True,
        "does not show",
    ),
    "a var": (("dbt_project.yml", "daily_limit: 100", "daily_limit: 50"), True, "does not show"),
    "no state": ((MODEL, RANKED, RANKED.replace("desc", "asc")), False, "no state of main"),
}


@pytest.mark.long
@pytest.mark.parametrize(("edit", "has_state", "words"), CHANGES.values(), ids=CHANGES)
def test_the_slim_run_builds_everything_if_there_is_no_earlier_state(pull_request, edit, has_state, words):
    def told(checkout: Checkout) -> None:
        """dbt only prints its usage."""
        checkout.edit(*edit)
        command(checkout.root / ".venv" / "bin", "dbt", 'echo "dbt $@"')

    ended = pull_request(told, has_state)
    assert ended.returncode == 0
    said, call = ended.stdout.splitlines()
    assert words in said and call.startswith("dbt build --vars") and "--select" not in call


def test_the_full_run_calls_make_test_on_every_change_and_all_tests_at_night():
    assert commands("full") == ["make ${{ github.event_name == 'schedule' && 'test-all' || 'test' }}"]
    assert set(CI["on"]) >= {"push", "pull_request", "schedule"} and "if" not in CI["jobs"]["full"]
    oldest, *_ = CI["jobs"]["full"]["strategy"]["matrix"]["python"]
    assert f'requires-python = ">={oldest}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")


def test_jobs_have_read_permission_only():
    assert CI["permissions"] == {"contents": "read"}
    asked = [job.get("permissions", {}) for job in CI["jobs"].values()]
    assert {right for each in asked for right in each.values()} <= {"read"}
    assert "secrets." not in json.dumps(CI)
    assert all("timeout-minutes" in job for job in CI["jobs"].values())
