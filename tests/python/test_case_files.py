"""Raw folders beside the checkout: how their files are read is checked in the marts, in `pipeline_errors` and on the
screen.
"""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest
from cases_support import CASES, SECOND
from click.testing import CliRunner
from warehouse_support import DbtError

from slotwatch.cli import main

FILES = CASES / "files"
pytestmark = pytest.mark.skipif(not FILES.exists(), reason="the cases are not part of the repository")
CASE_NAMES = sorted(folder.name for folder in FILES.glob("*") if folder.is_dir())


@pytest.fixture(scope="module", params=CASE_NAMES)
def case(request, tmp_path_factory) -> tuple[Path, dict]:
    """A raw folder and what is expected of it."""
    raw = tmp_path_factory.mktemp("case") / "raw"
    shutil.copytree(FILES / request.param / "raw", raw)
    expected = json.loads((FILES / request.param / "expected.json").read_text())
    for name in expected.get("gzip", []):
        (raw / f"{name}.gz").write_bytes(gzip.compress((raw / name).read_bytes()))
        (raw / name).unlink()
    return raw, expected


def is_said(words: list[str], texts: list[str]) -> bool:
    return any(all(re.search(rf"{re.escape(word)}(?!\d)", text) for word in words) for text in texts)


def test_a_folder_is_read_as_expected(case, warehouse):
    raw, expected = case
    built = warehouse(raw)
    try:
        built.build(SECOND)
        said = built.column("select error_message from slotwatch.pipeline_errors")
    except DbtError as error:
        assert expected.get("may_stop")
        said = [str(error)]
    assert [words for words in expected.get("must_mention", []) if not is_said(words, said)] == []
    if expected.get("may_stop"):
        return
    known = dict(built.query("select raw_table, known_rows from slotwatch.data_reconciliation"))
    assert {table: known[table] for table in expected.get("rows", {})} == expected.get("rows", {})
    seats = built.query("""
        select companies.domain, slots.role, people.full_name
        from slotwatch.slots as slots
        inner join slotwatch.companies as companies on slots.company_id = companies.company_id
        inner join slotwatch.people as people on slots.person_id = people.person_id
    """)
    assert [seat for seat in expected.get("seats", []) if tuple(seat.values()) not in seats] == []
    verdicts = dict(
        built.query("""
            select companies.domain, verdicts.is_authorized
            from slotwatch.message_authorizations as verdicts
            inner join slotwatch.companies as companies on verdicts.company_id = companies.company_id
        """)
    )
    assert [host for host in expected.get("stopped", []) if verdicts[host]] == []
    assert [host for host in expected.get("authorised", []) if not verdicts[host]] == []
    signals = built.query("""
        select companies.ein, signals.signal_type
        from slotwatch.pressure_signals as signals
        inner join slotwatch.companies as companies on signals.company_id = companies.company_id
    """)
    assert [signal for signal in expected.get("signals", []) if tuple(signal) not in signals] == []


def test_the_check_reports_the_same_as_the_build(case):
    raw, expected = case
    result = CliRunner().invoke(main, ["check", str(raw)])
    sections = result.output.split("\n\n")
    lines = [
        f"{section.strip().splitlines()[0]} {line}" for section in sections for line in section.strip().splitlines()
    ]
    assert [words for words in expected.get("must_mention", []) if not is_said(words, lines)] == []
    assert result.exit_code == (1 if expected.get("may_stop") else 0), result.output
