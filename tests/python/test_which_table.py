"""The page that says which table answers which question: every query on it runs, and every mart is on it."""

import re

import duckdb
import pytest
from warehouse_support import ROOT

PAGE = (ROOT / "docs" / "which-table.md").read_text(encoding="utf-8")
SET_UP, *SECTIONS = re.split(r"^##+ ", PAGE, flags=re.MULTILINE)
FENCE = re.compile(r"^```sql\n(.*?)^```$", re.MULTILINE | re.DOTALL)
QUERIES = [
    pytest.param(query, "may be empty" in section, id=section.splitlines()[0])
    for section in SECTIONS
    for query in FENCE.findall(section)
]


@pytest.fixture(scope="module")
def demo(demo_warehouse):
    """A session on the demo after its last day, set up as the page says."""
    with duckdb.connect(str(demo_warehouse[0].path)) as connection:
        (set_up,) = FENCE.findall(SET_UP)
        connection.execute(set_up)
        yield connection


def test_the_page_answers_enough_questions():
    questions = [section.splitlines()[0] for section in SECTIONS if section.splitlines()[0].endswith("?")]
    assert len(questions) >= 28
    assert len(set(questions)) == len(questions)
    assert all(FENCE.search(section) for section in SECTIONS if section.splitlines()[0] in questions)


@pytest.mark.parametrize(("query", "may_be_empty"), QUERIES)
def test_every_query_of_the_page_returns_rows(demo, query, may_be_empty):
    assert may_be_empty or demo.execute(query).fetchone() is not None


def test_every_mart_is_on_the_page(manifest):
    marts = {
        node.alias
        for node in manifest.nodes.values()
        if node.schema == "slotwatch" and node.resource_type in ("model", "seed")
    }
    asked = "\n".join(query.values[0] for query in QUERIES)
    assert {mart for mart in marts if not re.search(rf"\b(from|join) {mart}\b", asked)} == set()
