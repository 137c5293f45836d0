"""The docs site describes what is built and what commands read; the page of rules names what exists."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from rich.console import Console
from warehouse_support import DEMO_DAYS, ROOT

from slotwatch.cli import main
from slotwatch.commands.diff import day_diff
from slotwatch.commands.summary import print_summary
from slotwatch.dashboard.page import make_dashboard
from slotwatch.warehouse.reading import LAYERS, schema_names
from slotwatch.warehouse.reading import warehouse as reading
from tools import mails
from tools.docs_site import TESTS, without_tests

FIRST, LAST = DEMO_DAYS[0][:10], DEMO_DAYS[-1][:10]
# For each exposure, the modules with its queries; the sending system is not part of this project.
MODULES = {
    "dashboard": (
        *("dashboard/*.py", "commands/explain.py", "commands/search.py", "commands/summary.py", "commands/today.py"),
        "commands/unfinished.py",
    ),
    "weekly_report": ("commands/diff.py", "commands/summary.py", "commands/unfinished.py", "warehouse/reading.py"),
}
READ_IN_CODE = re.compile(r"\b(?:from|join)\s+\{(?:\w+\}\.)?(\w+)")


def test_the_columns_of_every_relation_equal_its_yml(demo_warehouse):
    built = demo_warehouse[0]
    nodes = {
        f"{node.schema}.{node.alias}": node
        for node in built.manifest.nodes.values()
        if node.resource_type in ("model", "seed", "snapshot")
    }
    made = built.column_types({node.schema for node in nodes.values()})
    # hooks write the tables of the log of runs; their marts describe them
    logs = {f"slotwatch_ledgers.{name}" for name in ("ple_cycle_log", "ple_message_log", "ple_step_log")}
    assert set(made) - set(nodes) == logs
    wrong = {}
    for name, node in nodes.items():
        columns = {row[0] for row in made[name][1]}
        if columns != set(node.columns):
            wrong[name] = columns ^ set(node.columns)
    assert wrong == {}


@pytest.fixture(scope="module")
def queries(demo_nights) -> dict[str, list[str]]:
    """The queries of each exposure, on the demo after its last day."""
    asked = {exposure: [] for exposure in MODULES}
    demo = demo_nights[LAST]

    with demo.reached(), reading() as rows:

        def recording(exposure):
            def ask(sql, *values):
                asked[exposure].append(sql.format(**LAYERS, **schema_names()))
                return rows(sql, *values)

            return ask

        make_dashboard(recording("dashboard"))
        day_diff(recording("weekly_report"), FIRST, LAST)
        print_summary(recording("weekly_report"), Console(quiet=True))
    return asked


@pytest.mark.parametrize("exposure", MODULES)
def test_an_exposure_names_the_marts_that_its_commands_read(manifest, queries, exposure):
    """The exposure names no other model; dbt refuses an exposure that names a private model."""
    read = set().union(*(duckdb.get_table_names(sql.replace("?", "null")) for sql in queries[exposure]))
    files = [file for pattern in MODULES[exposure] for file in (ROOT / "slotwatch").glob(pattern)]
    in_code = {name for file in files for name in READ_IN_CODE.findall(file.read_text(encoding="utf-8"))}
    relations = {node.name for node in manifest.nodes.values()}
    assert read == in_code & relations, "a query that the demo does not come to"
    public = {node.name for node in manifest.nodes.values() if getattr(node, "access", None) == "public"}
    named = manifest.exposures[f"exposure.slotwatch.{exposure}"].depends_on.nodes
    assert {manifest.nodes[node].name for node in named} == read & public


def test_commands_read_marts_and_seeds_and_nothing_else():
    assert {*LAYERS} == {"marts", "seeds"}
    files = [file for folder in ("commands", "dashboard") for file in (ROOT / "slotwatch" / folder).glob("*.py")]
    assert len(files) > 15
    for file in files:
        text = file.read_text(encoding="utf-8")
        assert {*re.findall(r"\{(\w+)\}\.\w+", text)} <= {"marts", "seeds"}, file.name
        read = re.findall(r"^ *(?:from|inner join|left join) ([\w.]+)", text, re.MULTILINE)
        assert [name for name in read if "slotwatch_" in name or name.startswith("raw.")] == [], file.name


# The graph


SUBJECTS = ("companies", "people", "slots", "signals", "bands", "proofs", "messages", "queues", "operations")


def test_every_model_has_the_tag_of_its_subject_and_the_colour_of_its_layer(manifest):
    models = [node for node in manifest.nodes.values() if node.resource_type == "model"]
    colours = {}
    for node in models:
        layer, subject = node.fqn[1:3]
        assert "nightly" in node.tags and node.docs.show
        colours.setdefault(layer, set()).add(node.docs.node_color)
        if layer in ("staging", "intermediate", "marts") and subject in SUBJECTS:
            assert subject in node.tags, node.name
        assert ("interfaces" in node.tags) == (layer == "interfaces")
    assert len(colours) == len(set().union(*colours.values())) == 5
    assert not {"nightly"} - {tag for node in manifest.nodes.values() for tag in node.tags}


def test_the_graph_begins_without_tests():
    import dbt.task.docs

    site = (Path(dbt.task.docs.__file__).parent / "index.html").read_text(encoding="utf-8")
    assert TESTS in site and TESTS not in without_tests(site)
    assert len(site) - len(without_tests(site)) == len('"test","unit_test",')
    with pytest.raises(ValueError, match="another choice"):
        without_tests("")


# Commands


def test_the_page_of_commands_lists_every_command():
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert {*re.findall(r"^\| `slotwatch ([\w-]+)", page, re.MULTILINE)} >= {*main.commands}


def test_exit_codes_equal_the_page(demo_nights):
    demo = demo_nights[LAST]
    assert demo.command("today").exit_code == 0
    assert demo.command("explain", "no such firm at all").exit_code == 1
    assert demo.command("explain").exit_code == 2 and demo.command("today", "--no-such").exit_code == 2
    assert demo.command("--help").exit_code == 0 and "Exit codes" in demo.command("--help").output


def test_the_version_equals_the_version_of_the_package():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    result = CliRunner().invoke(main, ["--version"])
    assert (result.exit_code, result.output) == (0, f"slotwatch {settings['project']['version']}\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_shell_completes_commands(shell):
    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    assert f"_SLOTWATCH_COMPLETE={shell}_source slotwatch" in page
    program = Path(sys.executable).parent / "slotwatch"
    given = {**os.environ, "_SLOTWATCH_COMPLETE": f"{shell}_source"}
    script = subprocess.run([program], env=given, capture_output=True, text=True, check=False).stdout
    assert "_SLOTWATCH_COMPLETE" in script


def test_a_summary_is_never_cut(demo_nights, monkeypatch):
    pages = set()
    for columns in ("30", "80", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.add(demo_nights[LAST].told("summary"))
    [page] = pages
    assert "\u2026" not in page
    [longest] = demo_nights[LAST].column("select max(length(proof_line)) from slotwatch.proof_lines where band = 5")
    assert max(map(len, page.splitlines())) > 150 and longest > 150


# The page of mails


def test_the_mails_of_the_page_equal_the_mails_of_the_demo(demo_nights):
    with demo_nights[LAST].reached(), reading() as rows:
        found = mails.mails(rows)
    assert (ROOT / mails.FILE).read_text(encoding="utf-8") == mails.page(found), "run `make mails`"
    assert len(found) == 20
    first = {(mail.pressure_class, mail.seat["role"]) for mail in found if mail.touch_number == 1}
    assert len(first) == 15 and {mail.touch_number for mail in found} == {1, 2, 3}


# The page of rules

RULES = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
TABLE_OF_A_SECTION = re.compile(
    r"^\| seeds \| models \| tests \|\n\|---\|---\|---\|\n\| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE
)


def named(column: int) -> set[str]:
    """The names in a column of the tables."""
    return {name for row in TABLE_OF_A_SECTION.findall(RULES) for name in re.findall(r"`([^`]+)`", row[column])}


def stems(*patterns: str) -> set[str]:
    return {file.stem for pattern in patterns for file in ROOT.glob(pattern)}


def test_every_section_of_the_rules_has_its_seeds_models_and_tests():
    assert len(TABLE_OF_A_SECTION.findall(RULES)) == len(re.findall(r"^## ", RULES, re.MULTILINE)) > 10


def test_the_rules_name_every_seed_and_no_other():
    assert named(0) == stems("seeds/*.csv")


def test_the_rules_name_models_that_exist():
    assert named(1) - stems("models/**/*.sql", "models/**/*.py") == set()


def test_the_rules_name_every_data_test_and_test_files_that_exist():
    files = {name for name in named(2) if name.endswith(".py")}
    assert named(2) - files == stems("tests/data/*.sql")
    assert {name for name in files if not (ROOT / "tests" / "python" / name).exists()} == set()


def test_the_rules_name_vars_that_exist():
    declared = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    named_vars = set(re.findall(r"\(var `(\w+)`\)", RULES))
    assert named_vars and {name for name in named_vars if f"\n  {name}: " not in declared} == set()
