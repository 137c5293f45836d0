"""Every change of the marts' columns is in the changelog."""

import csv
import re

from warehouse_support import ROOT

SNAPSHOT = ROOT / "tests" / "expected" / "mart_columns.csv"
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
TO_DO = """
The columns of the marts are no longer those of tests/expected/mart_columns.csv. If that is meant: write the lines below
into the file, and a row for each relation into the table "Schema changes" of CHANGELOG.md, with what a reader must do.
"""


def contract_columns(manifest) -> list[tuple[str, str, str]]:
    """Relation, column and type of every mart, as their contracts have them, in order."""
    marts = sorted((n for n in manifest.nodes.values() if n.fqn[1] == "marts"), key=lambda node: node.alias)
    return [
        (node.alias, column.name, column.data_type)
        for node in marts
        if node.resource_type == "model"
        for column in node.columns.values()
    ]


def test_every_change_of_the_marts_is_in_the_changelog(manifest):
    with SNAPSHOT.open(encoding="utf-8", newline="") as lines:
        before = [tuple(row.values()) for row in csv.DictReader(lines)]
    now = contract_columns(manifest)
    assert len(now) > 300
    gone = [f"- {','.join(row)}" for row in before if row not in now]
    new = [f"+ {','.join(row)}" for row in now if row not in before]
    moved = [] if gone or new or now == before else ["the order of the columns"]
    assert not (gone + new + moved), TO_DO + "\n".join(gone + new + moved)


def test_the_changelog_has_the_versions_of_the_project():
    versions = re.findall(r"^## \[(.+?)\]", CHANGELOG, re.MULTILINE)
    project = (ROOT / "dbt_project.yml").read_text(encoding="utf-8")
    package = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert versions[0] == "Unreleased"
    assert re.search(r'^version: "(.+)"', project, re.MULTILINE)[1] == versions[1]
    assert re.search(r'^version = "(.+)"', package, re.MULTILINE)[1] == versions[1]


def test_each_schema_change_says_what_a_reader_must_do():
    table = CHANGELOG.partition("### Schema changes")[2].partition("\n## ")[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if line.startswith("| ")
    ]
    assert rows[0] == ["relation", "column", "change", "what a reader must do"]
    assert all(len(row) == 4 and all(row) for row in rows)
