"""The README and the pages that it links to: their output is real, and the things that they name exist."""

import json
import re
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import yaml
from checkout_support import NO_TESTS, Checkout, follow
from warehouse_support import ROOT, write_raw

from slotwatch.dashboard.terms import TERMS
from tools.lineage import FILE, LAYERS, lineage, picture

README = (ROOT / "README.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
PAGES = sorted(
    page
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "benchmarks/**/*.md", "data/*/README.md")
    for page in ROOT.glob(pattern)
)
CODE = re.compile(r"^```.*?^```$|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^()\s]+)\)")
# A query, and the table of its rows that follows.
SHOWN = re.compile(r"^```sql\n(.*?)^```\n\n((?:^\|[^\n]*\n)*)", re.MULTILINE | re.DOTALL)
NONE = ("none", "never", "start of the run")  # the page's words for a default that is null or empty


def section(title: str) -> str:
    """The text under a heading."""
    return re.split(r"^## ", README.partition(f"\n## {title}\n")[2], flags=re.MULTILINE)[0]


def table(rows: list[tuple], columns: list[str]) -> str:
    """Rows as Markdown; null is empty."""
    lines = [columns, ["---"] * len(columns), *([_text(value) for value in row] for row in rows)]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _text(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def settings(column: str) -> dict[str, str]:
    """Name and default of each setting; the table is found by the heading of its first column."""
    rows = SETTINGS.partition(f"| {column} |")[2].partition("\n\n")[0]
    return dict(re.findall(r"^\| `(\w+)` \| .+ \| `?([^|`]+?)`? \|$", rows, re.MULTILINE))


# What is shown


def test_the_picture_is_drawn_from_the_project(manifest):
    assert (ROOT / FILE).read_text(encoding="utf-8") == picture(lineage(manifest)), "run `make picture`"


def test_the_picture_counts_each_table_and_reference_once(manifest):
    counted = lineage(manifest)
    kinds = ("source", "model", "snapshot")
    nodes = {
        unique_id: node
        for unique_id, node in {**manifest.sources, **manifest.nodes}.items()
        if node.resource_type in kinds
    }
    assert sum(counted.nodes.values()) == len(nodes) > 150
    assert {layer for layer, _ in counted.nodes} == set(LAYERS)
    marts = [node for node in nodes.values() if node.fqn[1] == "marts"]
    of_slots = {node.unique_id for node in marts if node.fqn[2] == "slots"}
    assert counted.nodes["marts", "slots"] == len(of_slots) > 0
    into = sum(count for (_, child), count in counted.references.items() if child == ("marts", "slots"))
    read = [parent for name in of_slots for parent in nodes[name].depends_on.nodes if parent in nodes]
    assert into == len([parent for parent in read if nodes[parent].fqn[1] != "marts"]) > 0


def test_the_picture_names_what_it_leaves_out(manifest):
    mart = manifest.nodes["model.slotwatch.slots"]
    elsewhere = replace(mart, fqn=["slotwatch", "sheds", "slots", "slots"])
    changed = type(
        "Manifest", (), {"sources": manifest.sources, "nodes": {**manifest.nodes, mart.unique_id: elsewhere}}
    )
    with pytest.raises(ValueError, match="no column for sheds"):
        lineage(changed)


def test_shown_output_is_what_the_commands_print(demo_nights, tmp_path):
    checkout = Checkout.make(tmp_path / "checkout", DBT_USE_COLORS="false")
    shutil.copy(demo_nights["2026-03-02"].path, checkout.root / "warehouse.duckdb")
    follow("```sh\nmake build\n```\n" + section("What you see"), checkout)


def own_folder(folder: Path) -> Path:
    """A small folder of exports, in a place with a blank in its name: one of two companies renews in two months, and
    the HR manager's email passed its check.
    """
    renewal_month = (datetime.now(UTC).month + 1) % 12 + 1
    companies = [
        {"company_name": "Harrow Creek Dairy", "website": "harrowcreek.example", "renewal_month": renewal_month},
        {"company_name": "Ridgeline Tool & Die", "website": "https://www.ridgelinetool.example"},
    ]
    people = [
        ("Nadia Brandt", "HR Manager", "n.brandt@harrowcreek.example", "harrowcreek.example"),
        ("Otto Lindqvist", "CEO", "o.lindqvist@harrowcreek.example", "harrowcreek.example"),
        ("Dana Okafor", "Chief Financial Officer", "d.okafor@ridgelinetool.example", "ridgelinetool.example"),
    ]
    columns = ("full_name", "title", "email", "company_website")
    return write_raw(
        folder,
        {
            "company_raw_intake.crm 2026-01-05": companies,
            "people_raw_intake.hubspot 2026-01-05": [dict(zip(columns, row, strict=True)) for row in people],
            "email_verification.mailcheck 2026-01-06": [{"email": people[0][2], "email_status": "valid"}],
        },
    )


@pytest.mark.build
@pytest.mark.long
def test_own_data_is_built_by_the_lines_of_the_page(tmp_path):
    raw, database = own_folder(tmp_path / "my exports"), tmp_path / "own.duckdb"
    block = re.search(r"^```sh\n(.*?)^```$", section("Your own data in ten minutes"), re.MULTILINE | re.DOTALL)[1]
    given, *lines = (
        block.replace("/path/to/raw", f"'{raw}'").replace("/path/to/warehouse.duckdb", f"{database}").splitlines()
    )
    checkout = Checkout.make(tmp_path / "checkout", **NO_TESTS)
    check, build, today, dashboard = (checkout.output(f"{given}\n{line}") for line in lines)
    for read in ("crm 2026-01-05.csv: company_raw_intake, 2 rows", "hubspot 2026-01-05.csv: people_raw_intake, 3 rows"):
        assert read in check
    assert "refused" not in check and "Completed successfully" in build
    assert re.search(r"^Write to: 1\n.*\n  Nadia Brandt  HR Manager  Harrow Creek Dairy ", today, re.MULTILINE), today
    assert "2 of 2 companies" in dashboard and (checkout.root / "target" / "dashboard.html").stat().st_size > 100_000
    with duckdb.connect(database, read_only=True) as connection:
        seats = connection.execute("""
            select companies.company_name, slots.role, people.full_name
            from slotwatch.slots as slots
            inner join slotwatch.companies as companies on slots.company_id = companies.company_id
            left join slotwatch.people as people on slots.person_id = people.person_id
            order by all
        """).fetchall()
        assert seats == [
            ("Harrow Creek Dairy", "CEO", "Otto Lindqvist"),
            ("Harrow Creek Dairy", "CFO", None),
            ("Harrow Creek Dairy", "HR", "Nadia Brandt"),
            ("Ridgeline Tool & Die", "CEO", None),
            ("Ridgeline Tool & Die", "CFO", "Dana Okafor"),
            ("Ridgeline Tool & Die", "HR", None),
        ]
        assert connection.execute("from slotwatch.pipeline_errors where severity = 'error'").fetchall() == []


def test_the_tour_shows_the_rows_that_its_queries_find(demo_nights):
    (set_up, nothing), *tour = SHOWN.findall(section("Which table"))
    assert nothing == "" and len(tour) >= 3
    with duckdb.connect(demo_nights["2026-03-02"].path, read_only=True) as connection:
        connection.execute(set_up)
        for query, shown in tour:
            found = connection.execute(query)
            columns = [column[0] for column in found.description]
            rows = found.fetchall()
            assert rows and shown == table(rows, columns), query


def test_the_number_of_ready_queries_equals_the_page():
    page = (ROOT / "docs" / "which-table.md").read_text(encoding="utf-8")
    questions = re.findall(r"^### .+\?$", page, re.MULTILINE)
    assert f"{len(questions)} questions with ready queries" in README


def test_the_tree_of_tables_names_marts(manifest):
    tree = re.search(r"^```text\n(.*?)^```$", section("Which table"), re.MULTILINE | re.DOTALL)[1]
    marts = {node.alias for node in manifest.nodes.values() if node.schema == "slotwatch"}
    answers = [re.split(r"\?  +", line)[1] for line in tree.splitlines()]
    assert len(answers) == 12
    assert all({*re.findall(r"\w+", answer)} & marts for answer in answers)
    assert {name for answer in answers for name in re.findall(r"\w+_\w+", answer)} - marts == set()


def test_the_vocabulary_equals_the_legend_of_the_dashboard():
    rows = re.findall(r"^\| (.+) \| (.+) \|$", section("Ten words"), re.MULTILINE)
    assert dict(rows[1:]) == TERMS and len(TERMS) == 10


def test_the_picture_of_the_dashboard_is_a_small_png():
    picture_file = ROOT / "docs" / "dashboard.png"
    assert picture_file.read_bytes().startswith(b"\x89PNG") and picture_file.stat().st_size < 200_000
    assert "(docs/dashboard.png)" in README


# What is named


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_to_existing_places(page):
    broken = []
    for link in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"\w+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = page.parent / path if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            broken.append(link)
    assert broken == []


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives to the headings of a page."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


def test_the_listed_environment_variables_are_those_that_the_code_reads():
    files = [ROOT / "profiles.yml.example", ROOT / "dbt_project.yml", *(ROOT / "macros").rglob("*.sql")]
    text = "\n".join(file.read_text(encoding="utf-8") for file in files)
    read = dict(re.findall(r"""env_var\(['"](SLOTWATCH_\w+)['"], ['"]([^'"]*)['"]\)""", text))
    shown = settings("environment variable")
    assert {name: "" if default in NONE else default for name, default in shown.items()} == read


def test_the_listed_vars_equal_the_vars_of_the_project():
    declared = yaml.safe_load((ROOT / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    shown = settings("dbt var")
    assert {name: "null" if default in NONE else default for name, default in shown.items()} == {
        name: value if isinstance(value, str) else json.dumps(value) for name, value in declared.items()
    }


def test_each_make_target_on_the_pages_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split())
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    named = set(re.findall(r"^make (\w+)", text, re.MULTILINE)) | set(re.findall(r"`make (\w+)[^`]*`", text))
    assert named and named - targets == set()
