"""Runs the night of the Dagster example once. Its interpreter is that of an environment with Dagster
(`make test-schedulers`).

Arguments: the file, and the moment of the schedule (ISO). The last line of the output is JSON: whether the run
succeeded, its tags, the number of materialised assets and of asset checks, the checks that failed, and the settings of
`dagster.yaml` beside the file. With `none` for the moment nothing is run, and the JSON has the names of the assets.
"""

import importlib.util
import json
import os
import shutil
import sys
import tempfile
from datetime import datetime
from pathlib import Path

import dagster


def main(path: str, night: str) -> None:
    """Run the job as its schedule asks for, and print how it ended."""
    home = tempfile.mkdtemp(prefix="dagster-home-")
    os.environ["DAGSTER_HOME"] = home
    shutil.copy(Path(path).with_name("dagster.yaml"), home)
    spec = importlib.util.spec_from_file_location("example", path)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    if night == "none":
        assets = example.definitions.resolve_job_def("slotwatch_nightly").asset_layer.selected_asset_keys
        print(json.dumps(sorted(asset.path[-1] for asset in assets)))
        return
    with dagster.DagsterInstance.get() as instance:
        context = dagster.build_schedule_context(instance, scheduled_execution_time=datetime.fromisoformat(night))
        [request] = example.every_night.evaluate_tick(context).run_requests
        job = example.definitions.resolve_job_def("slotwatch_nightly")
        ended = job.execute_in_process(instance=instance, tags=request.tags, raise_on_error=False)
        checks = ended.get_asset_check_evaluations()
        found = {
            "success": ended.success,
            "tags": dict(instance.get_run_by_id(ended.run_id).tags),
            "assets": len(ended.get_asset_materialization_events()),
            "checks": len(checks),
            "failed_checks": [check.check_name for check in checks if not check.passed],
            "retries": instance.run_retries_enabled,
            "runs_at_once": instance.get_concurrency_config().run_queue_config.max_concurrent_runs,
        }
    shutil.rmtree(home)
    print(json.dumps(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
