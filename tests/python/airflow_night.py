"""Runs a DAG file once by Airflow. Its interpreter is that of an environment with Airflow (`make test-schedulers`).

Arguments: the file, the logical date (ISO, or `none` for a run without one), and a shell command that runs before the
second try of a task (empty: there is no second try). The last line of the output is JSON: the state of the run, and of
each task its state and number of tries.
"""

import importlib.util
import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path


def load(path: Path):
    """The module of a file."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main(path: str, night: str, before_second_try: str) -> None:
    """Run the DAG and print how it ended."""
    dag = load(Path(path)).dag
    for task in dag.tasks:
        assert task.retries > 0, "a night is tried again"
        task.retries = 1 if before_second_try else 0
        task.retry_delay = timedelta(seconds=1)
        task.on_retry_callback = [lambda context: subprocess.run(before_second_try, shell=True, check=True)]
    run = dag.test(logical_date=None if night == "none" else datetime.fromisoformat(night))
    tasks = {task.task_id: [str(task.state), task.try_number] for task in run.get_task_instances()}
    print(json.dumps({"state": str(run.state), "tasks": tasks}))


if __name__ == "__main__":
    main(*sys.argv[1:])
