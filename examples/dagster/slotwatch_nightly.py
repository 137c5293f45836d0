"""SlotWatch every night, for Dagster: every model, seed and snapshot is an asset.

A dbt test of one model is an asset check. A test that reads several models is an observation in the log of the run.
The run fails if either fails.

Install Dagster into the environment that `make build` made, and give it a folder with the settings beside this file:

    .venv/bin/pip install --requirement examples/dagster/requirements.txt
    mkdir -p /srv/dagster && cp examples/dagster/dagster.yaml /srv/dagster/
    export DAGSTER_HOME=/srv/dagster PATH="$PWD/.venv/bin:$PATH"
    dagster dev --python-file examples/dagster/slotwatch_nightly.py

Dagster finds dbt on the `PATH`. Switch on the schedule `every_night`. The `SLOTWATCH_` variables name the raw files and
the database. After a change of the project, such as an upgrade, reload the code location: this file then reads the
project again.
"""

import json
import os
from datetime import UTC
from pathlib import Path

from dagster import (
    AssetExecutionContext,
    Definitions,
    RunRequest,
    ScheduleEvaluationContext,
    define_asset_job,
    schedule,
)
from dagster_dbt import DbtCliResource, DbtProject, dbt_assets

HOME = Path(os.environ.get("SLOTWATCH_HOME", Path(__file__).resolve().parents[2]))
AS_OF = "slotwatch/as_of"  # tag of a run with its as_of; a run without the tag is as of its start

PROJECT_PARTS = ("dbt_project.yml", "selectors.yml", "macros", "models", "seeds", "snapshots")


def is_outdated(manifest: Path) -> bool:
    """Whether the manifest, from which Dagster takes the assets, is missing or older than a part of the project."""
    parts = [HOME / name for name in PROJECT_PARTS]
    changes = [file.stat().st_mtime for part in parts for file in (part, *part.rglob("*"))]
    return not manifest.exists() or manifest.stat().st_mtime < max(changes)


project = DbtProject(project_dir=HOME, profiles_dir=HOME, target=os.environ.get("SLOTWATCH_TARGET", "duckdb"))
if is_outdated(project.manifest_path):
    project.preparer.prepare(project)


@dbt_assets(manifest=project.manifest_path, project=project, selector="nightly")
def slotwatch(context: AssetExecutionContext, dbt: DbtCliResource):
    """One `dbt build` of the requested assets, as of the night."""
    as_of = context.run.tags.get(AS_OF)
    yield from dbt.cli(["build", "--vars", json.dumps({"as_of": as_of})], context=context).stream()


# A run that failed is tried again with its own as_of. `dagster.yaml` allows that, and one run at a time.
nightly = define_asset_job("slotwatch_nightly", selection=[slotwatch], tags={"dagster/max_retries": "2"})


@schedule(job=nightly, cron_schedule="0 6 * * *", execution_timezone="UTC")
def every_night(context: ScheduleEvaluationContext) -> RunRequest:
    """The night's run, as of the moment that the schedule means."""
    moment = f"{context.scheduled_execution_time.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return RunRequest(run_key=moment, tags={AS_OF: moment})


definitions = Definitions(
    assets=[slotwatch],
    jobs=[nightly],
    schedules=[every_night],
    resources={"dbt": DbtCliResource(project_dir=project)},
)
