"""What a run was made on: machine, versions, and the code that was measured."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

PACKAGES = ("dbt-core", "dbt-duckdb", "dbt-postgrespy", "duckdb")
# What a measurement depends on.
CODE = (
    "dbt_project.yml",
    "profiles.yml.example",
    "requirements.txt",
    "models",
    "macros",
    "seeds",
    "snapshots",
    "slotwatch",
    "packages/dbt-postgrespy/src/dbt",
    "benchmarks/rivals",
    *(
        f"benchmarks/{name}.py"
        for name in ("databases", "empty_project", "measure", "plan", "postgres_server", "runner")
    ),
)
CODE_FILES = {".py", ".sql", ".yml", ".csv", ".md", ".txt", ".example"}


def describe_machine(root: Path) -> dict[str, Any]:
    """The machine as the report tells of it, and a fingerprint of the code in ``root``."""
    return {
        "machine": {
            "processor": _processor(),
            "cores": len(os.sched_getaffinity(0)),
            "memory_gb": round(psutil.virtual_memory().total / 1024**3),
            "system": f"{platform.system()} {platform.release()}",
            "python": platform.python_version(),
            **{package: version(package) for package in PACKAGES},
        },
        "code": code_fingerprint(root),
    }


def code_fingerprint(root: Path) -> str:
    """12 hex digits over everything a measurement depends on: files that are the same give the same."""
    digest = hashlib.sha256()
    for part in CODE:
        path = root / part
        for file in sorted([path] if path.is_file() else path.rglob("*")):
            if file.is_file() and file.suffix in CODE_FILES:
                digest.update(f"{file.relative_to(root)}\0".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
