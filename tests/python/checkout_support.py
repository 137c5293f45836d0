"""A separate checkout, for tests that follow the examples, the workflows and the documents as a user would."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import yaml
from warehouse_support import ROOT, Rows

LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv*", "target", "logs", "state", "*.duckdb*", "profiles.yml", "__pycache__", "*.egg-info", ".*_cache"
)
OTHERS = ("SLOTWATCH_", "DBT_", "GITHUB_", "PYTEST_")  # variables that earlier tests or the environment may have set
NO_TESTS = {"DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test"}
"""Environment under which `dbt build` does not test what it builds: where that is not what a test is about."""


@dataclass(frozen=True)
class Checkout:
    """A copy of the project in the state after `make .venv/ready profiles.yml`, with the environment of this
    interpreter.
    """

    root: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def make(cls, root: Path, **environment: str | os.PathLike) -> "Checkout":
        """Copies the project; all commands get these environment variables."""
        shutil.copytree(ROOT, root, ignore=LEFT_OUT, symlinks=True)
        (root / "profiles.yml").write_bytes((root / "profiles.yml.example").read_bytes())
        programs = root / ".venv" / "bin"
        programs.mkdir(parents=True)
        for program in Path(sys.executable).parent.iterdir():
            (programs / program.name).symlink_to(program)
        command(programs, "python", f'exec "{sys.executable}" "$@"')  # a symbolic link would not find its libraries
        for installed in ("ready", "ready-dev"):
            (root / ".venv" / installed).touch()  # make has nothing to do
        return cls(root, {name: os.fspath(value) for name, value in environment.items()})

    def run(self, script: str, **environment: str | os.PathLike) -> subprocess.CompletedProcess[str]:
        """Run the script in the checkout in the shell of a GitHub runner's step; output and errors are one text."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(OTHERS)}
        given = {name: os.fspath(value) for name, value in environment.items()}
        return subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-c", script],
            cwd=self.root,
            env=inherited | {"PYTHONPATH": str(self.root), "NO_COLOR": "1"} | dict(self.environment) | given,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    def output(self, script: str, **environment: str | os.PathLike) -> str:
        """The output of a script that must succeed."""
        ended = self.run(script, **environment)
        assert ended.returncode == 0, f"{script}\n{ended.stdout}"
        return ended.stdout

    def query(self, database: str, sql: str) -> Rows:
        """Rows of a query on a DuckDB file of the checkout."""
        with duckdb.connect(self.root / database, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces a text that occurs exactly once in a file."""
        file = self.root / path
        text = file.read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{path} has this {text.count(old)} times:\n{old}"
        file.write_text(text.replace(old, new), encoding="utf-8")


def built_nodes(log: str) -> set[str]:
    """Models, seeds and snapshots that the output of a dbt build lists, without their schemas."""
    relations = re.findall(r"OK (?:created|loaded|snapshotted) (?:[a-z]+ )*([\w.]+)", log)
    return {relation.rpartition(".")[2] for relation in relations}


BLOCK = re.compile(r"(<!-- fails -->\n)?^```(sh|diff|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CLOCK = re.compile(r"^\d\d:\d\d:\d\d  ")  # before each line of dbt


@dataclass(frozen=True)
class Edit:
    """One hunk of a diff: in a file, one text replaces another that occurs once."""

    path: str
    old: str
    new: str


def edits(diff: str) -> list[Edit]:
    """The hunks of a diff. Line numbers are ignored: the place of a hunk is found by its text."""
    found = []
    for file in re.split(r"^--- a/", diff, flags=re.MULTILINE)[1:]:
        path, *hunks = re.split(r"^@@.*\n", file, flags=re.MULTILINE)
        for hunk in hunks:
            lines = hunk.splitlines(keepends=True)
            old, new = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
            found.append(Edit(path.splitlines()[0], old, new))
    return found


def missing(shown: str, printed: str) -> list[str]:
    """Lines of a page's output that were not printed, or not in that order."""
    rest = iter([CLOCK.sub("", line).rstrip() for line in printed.splitlines()])
    return [line for line in shown.splitlines() if line.rstrip() not in rest]


def follow(page: str, checkout: Checkout) -> None:
    """Follows a page from top to bottom, and compares the real output with the output on the page.

    A `diff` block is applied; a `sh` block is run, and must fail where a comment before it says so; each line of a
    `text` block is a line of what the block before printed, in that order, without the time of day. Variables that one
    block exports are set in the next.
    """
    exported, printed, kinds = "", "", []
    for fails, kind, block in BLOCK.findall(page):
        kinds.append(kind)
        if kind == "diff":
            for edit in edits(block):
                checkout.edit(edit.path, edit.old, edit.new)
        elif kind == "sh":
            ended = checkout.run(exported + block)
            exported += "".join(re.findall(r"^export .*\n", block, re.MULTILINE))
            printed = ended.stdout
            assert (ended.returncode != 0) == bool(fails), f"{block}\n{printed}"
        else:
            assert block.strip() and missing(block, printed) == [], printed
    assert "sh" in kinds and "text" in kinds, "the page shows nothing"


def command(folder: Path, name: str, script: str) -> None:
    """Writes an executable with this name, for PATH or .venv/bin."""
    folder.mkdir(exist_ok=True)
    (folder / name).unlink(missing_ok=True)  # never through a link
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def settings_of(part: Mapping[str, Any], known: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment of a workflow, job or step. Only known expressions and defaults have a value."""

    def value(expression: re.Match) -> str:
        name, _, default = expression[1].partition("||")
        return (known or {}).get(name.strip()) or default.strip().strip("'")

    return {name: re.sub(r"\$\{\{(.*?)\}\}", value, str(text)) for name, text in part.get("env", {}).items()}


def workflow(path: str) -> dict[str, Any]:
    """A GitHub Actions workflow; its triggers are under "on", which YAML reads as true."""
    read = yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))
    return {"on" if key is True else key: value for key, value in read.items()}
