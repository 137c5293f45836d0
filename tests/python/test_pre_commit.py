"""The pre-commit hooks use the tools of the project's environment and pass on the present tree."""

import re
import shutil
import sys
from pathlib import Path

import pytest
import yaml
from checkout_support import Checkout
from warehouse_support import ROOT

CONFIG = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS = {hook["id"]: hook for repository in CONFIG["repos"] for hook in repository["hooks"]}
TOOLS = {hook["entry"].split()[0] for hook in HOOKS.values()}
# Lint of every SQL file and the manifest tests are run by `make lint` and pytest anyway, and take minutes.
RUN_ELSEWHERE = ("sqlfluff", "conventions")


def test_hooks_download_nothing_and_use_pinned_tools():
    assert {repository["repo"] for repository in CONFIG["repos"]} == {"local"}
    assert {hook["language"] for hook in HOOKS.values()} == {"system"}
    assert all(tool.startswith(".venv/bin/") for tool in TOOLS)
    pins = (ROOT / "requirements-dev.txt").read_text(encoding="utf-8")
    assert all(re.search(rf"^{name}==", pins, re.MULTILINE) for name in ("pre_commit", "pre_commit_hooks"))


@pytest.mark.long
def test_the_hooks_pass_on_the_tree(tmp_path):
    programs = Path(sys.executable).parent
    if shutil.which("git") is None or not (programs / "pre-commit").exists():
        pytest.skip("git or pre-commit is not installed")
    assert TOOLS - {f".venv/bin/{p.name}" for p in programs.iterdir()} == set()
    checkout = Checkout.make(tmp_path / "checkout")
    checkout.output("git init --quiet && git add --all")
    told = checkout.output(".venv/bin/pre-commit run --all-files", SKIP=",".join(RUN_ELSEWHERE))
    assert told.count("Passed") >= len(HOOKS) - len(RUN_ELSEWHERE)
    (checkout.root / "docs" / "bad.yml").write_text("a: [1\n")
    ended = checkout.run(".venv/bin/pre-commit run check-yaml --files docs/bad.yml")
    assert ended.returncode == 1 and "bad.yml" in ended.stdout
