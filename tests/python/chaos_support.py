"""How much the chaos suite does (all of it with `make chaos`, a small seeded part in every run of the tests), and
builds in processes of their own.
"""

import json
import os
import pickle
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from warehouse_support import QUIET, ROOT, Warehouse

IS_FULL = bool(os.environ.get("CHAOS"))
# Calls dbt with a parsed project from a file and prints the name of each finished node. dbt's lookups do not survive
# pickling; without them it makes new ones.
CHILD = """
import pickle, sys
from dbt.cli.main import dbtRunner
from slotwatch.warehouse.dbt_runs import DbtError, _checked

def tell(event):
    if event.info.name == "NodeFinished":
        print(event.data.node_info.node_name, flush=True)

with open(sys.argv[1], "rb") as file:
    manifest = pickle.load(file)
for name in [name for name in vars(manifest) if name.endswith("_lookup")]:
    setattr(manifest, name, None)
try:
    _checked(dbtRunner(manifest=manifest, callbacks=[tell]).invoke(sys.argv[2:]))
except DbtError as error:
    sys.exit(str(error))
"""


def rounds(few: int, many: int) -> range:
    """The seeds of a test: ``few`` in every run, ``many`` in `make chaos`; the first ones are the same."""
    return range(many if IS_FULL else few)


@dataclass(frozen=True)
class Build:
    """A build in a process of its own; ``errors`` is the file of what it says when it fails."""

    process: subprocess.Popen
    errors: Path

    def wait_for_nodes(self, count: int) -> list[str]:
        """The names of the first ``count`` nodes, as soon as they have finished; fewer if the process ends before."""
        lines = [self.process.stdout.readline().strip() for _ in range(count)]
        return [line for line in lines if line]

    def kill(self) -> None:
        """SIGKILL to the process."""
        self.process.kill()
        self.process.wait()

    def refusal(self) -> str:
        """What the build said when it failed, or nothing if it succeeded; waits for its end."""
        self.process.communicate()
        return self.errors.read_text(encoding="utf-8").strip() if self.process.returncode else ""


def started(warehouse: Warehouse, as_of: str, folder: Path, lock_wait: int = 0) -> Build:
    """Starts a build without tests in a process of its own; its files are in this new folder."""
    folder.mkdir()
    call = ["build", "--exclude-resource-type", "unit_test", "test", "--target", warehouse.target]
    call += ["--vars", json.dumps({**warehouse.variables, "as_of": as_of}), "--target-path", str(folder / "target")]
    with warehouse.selected(), (folder / "errors").open("wb") as errors:
        (folder / "manifest").write_bytes(pickle.dumps(warehouse.manifest))
        process = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder / "manifest"), *QUIET, *call],
            cwd=ROOT,
            env={**os.environ, "SLOTWATCH_LOCK_WAIT": str(lock_wait)},
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
    return Build(process, folder / "errors")


def nodes_of(warehouse: Warehouse) -> int:
    """The number of models, seeds and snapshots that a build makes."""
    return sum(node.resource_type in ("model", "seed", "snapshot") for node in warehouse.manifest.nodes.values())
