"""The pages that walk through a change: the test makes their edits, runs their commands and compares the output."""

import shutil

import pytest
from checkout_support import Checkout, Edit, edits, follow, missing
from warehouse_support import ROOT

PAGES = ("docs/add-a-signal.md", "docs/change-a-rule.md")


@pytest.mark.long
@pytest.mark.parametrize("page", PAGES)
def test_the_steps_of_a_page_give_the_output_that_it_shows(page, demo_nights, tmp_path):
    checkout = Checkout.make(tmp_path / "checkout", DBT_USE_COLORS="false")
    shutil.copy(demo_nights["2026-03-02"].path, checkout.root / "warehouse.duckdb")
    follow((ROOT / page).read_text(encoding="utf-8"), checkout)


def test_an_edit_is_found_by_its_text_alone():
    diff = "--- a/x.csv\n+++ b/x.csv\n@@ -1,2 +1,2 @@ title\n one\n-two\n+three\n@@ -9 +9 @@\n-four\n"
    assert edits(diff) == [Edit("x.csv", "one\ntwo\n", "one\nthree\n"), Edit("x.csv", "four\n", "")]


def test_output_is_compared_line_by_line_in_order():
    assert missing("b\nd\n", "a\nb  \nc\n07:15:00  d\n") == []
    assert missing("d\nb\n", "a\nb\nc\nd\n") == ["b"]
    assert missing("ab\n", "abc\n") == ["ab"]
