"""What goes through a ref and back is streamed: the memory of the process stays small."""

import json
import os
import subprocess
import sys

import pytest

ROWS = int(os.environ.get("POSTGRESPY_TEST_ROWS", 500_000))
LIMIT_MB = 1000 if ROWS > 1_000_000 else 550
SOURCE = f"""
    {{{{ config(materialized='table', unlogged=true) }}}}
    select
        g as id, g % 97 as kind, 'the name of thing ' || g as name, md5(g::text) as hash,
        g::numeric(18, 4) / 7 as ratio, g * 1.5::float8 as size, g % 2 = 0 as even, date '2020-01-01' + g % 3000 as day,
        timestamp '2020-01-01' + g * interval '1 second' as made,
        timestamptz '2020-01-01' + g * interval '1 minute' as seen
    from generate_series(1, {ROWS}) as g
    """
COPY = """
    def model(dbt, session):
        dbt.config(materialized="table")
        return dbt.ref("things")
    """
RUN = """
import json, pathlib, re, sys
from dbt.cli.main import dbtRunner

result = dbtRunner().invoke(
    ["run", "--quiet", "--project-dir", sys.argv[1], "--profiles-dir", sys.argv[1], "-s", "copied"]
)
# not ru_maxrss, which a process inherits from the one that started it
peak_kb = re.search(r"VmHWM:\\s*(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]
print(json.dumps([result.success, int(peak_kb) // 1024]))
"""


@pytest.mark.long
def test_large_results_are_streamed(make_project):
    project = make_project({"models/things.sql": SOURCE, "models/copied.py": COPY}, settings={"TimeZone": "UTC"})
    assert project.run("-s", "things").success
    run = subprocess.run([sys.executable, "-c", RUN, str(project.folder)], capture_output=True, text=True, check=True)
    success, peak_mb = json.loads(run.stdout.splitlines()[-1])
    print(f"{ROWS} rows: {peak_mb} MB")
    assert success, run.stdout
    lost = "select * from {schema}.things except select * from {schema}.copied"
    assert project.query(f"select count(*) from ({lost}) as lost") == [(0,)]
    assert project.query("select count(*) from {schema}.copied") == [(ROWS,)]
    assert peak_mb < LIMIT_MB
