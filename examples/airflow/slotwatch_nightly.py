"""SlotWatch every night, for Airflow 2.10 and 3: one build, then a summary of its results.

Put this file into the folder of DAGs and set SLOTWATCH_HOME to a checkout in which `make build` has made the
environment. dbt runs in that environment, not in Airflow's; the `SLOTWATCH_` variables of the worker name the raw files
and the database. It needs the provider `apache-airflow-providers-standard`.
"""

import os
from datetime import UTC, datetime, timedelta

from airflow.providers.standard.operators.bash import BashOperator

try:
    from airflow.sdk import DAG
except ImportError:  # Airflow 2.10
    from airflow import DAG

HOME = os.environ.get("SLOTWATCH_HOME", "/srv/slotwatch")
TARGET = os.environ.get("SLOTWATCH_TARGET", "duckdb")

# The end of the night's interval: the moment that the schedule means, also when the run is late or tried again. A run
# that is started by hand may have no interval; then this is the moment at which it was requested. Airflow 3 leaves the
# name `data_interval_end` undefined for such a run, so the interval is read from the run.
AS_OF = "{{ (dag_run.data_interval_end or dag_run.run_after).strftime('%Y-%m-%d %H:%M:%S') }}"

with DAG(
    dag_id="slotwatch_nightly",
    description="Seats, signals, bands, proofs and messages as of the night",
    schedule="0 6 * * *",  # UTC
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    max_active_runs=1,  # history is written forwards, one night after the other
    default_args={"retries": 2, "retry_delay": timedelta(minutes=10), "execution_timeout": timedelta(hours=2)},
    tags=["slotwatch"],
) as dag:
    # A second build with the same as_of and the same rows changes nothing, so a retry is safe.
    build = BashOperator(
        task_id="build",
        bash_command=f".venv/bin/dbt build --target {TARGET} --vars '{{as_of: \"{AS_OF}\"}}'",
        cwd=HOME,
        append_env=True,
    )
    summary = BashOperator(
        task_id="summary",
        bash_command=f".venv/bin/slotwatch summary --target {TARGET}",
        cwd=HOME,
        append_env=True,
    )
    build >> summary
