"""Proofs and messages are written once, and later builds read them unchanged."""

import pytest
from warehouse_support import DEMO_DAYS, DuckDBWarehouse

from slotwatch import messages

NEXT_DAY, DAY_AFTER = "2026-03-03 06:00:00", "2026-03-04 06:00:00"
WRITING = "Written by the test."


@pytest.fixture(scope="module")
def demo(demo_nights: dict[str, DuckDBWarehouse], tmp_path_factory: pytest.TempPathFactory) -> DuckDBWarehouse:
    """The demo one day after its last day; the test replaced the texts of the existing messages, and the facts of
    one.
    """
    built = demo_nights[DEMO_DAYS[-1][:10]].copied(tmp_path_factory.mktemp("next_day"))
    built.query(f"update slotwatch_intermediate.written_messages set body = '{WRITING}'")
    other_facts = "message_id = (select min(message_id) from slotwatch.send_queue)"
    built.query(f"update slotwatch_intermediate.written_messages set facts_hash = 'x' where {other_facts}")
    built.build(NEXT_DAY, with_interfaces=False)
    return built


def queued(demo: DuckDBWarehouse, condition: str = "true") -> list[str]:
    """Ids of queued messages."""
    return demo.column(f"select message_id from slotwatch.send_queue where {condition} order by message_id")


@pytest.mark.long
def test_only_proofs_that_are_due_are_written_and_each_is_in_the_ledger(demo: DuckDBWarehouse):
    issued = "select proof_id from slotwatch_ledgers.proof_ledger where entry_type = 'issued' and recorded_at = '{}'"
    current = "select count(*) from slotwatch.proof_lines where is_current"

    written = demo.column("select proof_id from slotwatch_intermediate.written_proofs")
    assert sorted(written) == sorted(demo.column(issued.format(NEXT_DAY)))
    assert 0 < len(written) < demo.column(current)[0]

    before = demo.state(("slotwatch_ledgers",))
    demo.dbt("run", "--select", "written_proofs", "proof_ledger", as_of=NEXT_DAY)

    assert demo.state(("slotwatch_ledgers",)) == before


@pytest.mark.long
def test_a_message_is_rendered_once_until_its_facts_or_the_code_change(
    demo: DuckDBWarehouse, demo_nights: dict[str, DuckDBWarehouse], monkeypatch: pytest.MonkeyPatch
):
    kept = queued(demo, f"body = '{WRITING}'")
    with_other_facts = min(queued(demo_nights[DEMO_DAYS[-1][:10]]))
    assert len(kept) > 4
    assert with_other_facts in queued(demo) and with_other_facts not in kept

    monkeypatch.setattr(messages, "code_version", lambda *_: "another")
    demo.build(DAY_AFTER, "--select", "written_messages", "send_queue")

    assert queued(demo, f"body = '{WRITING}'") == []
    assert len(queued(demo)) > 5


@pytest.mark.long
def test_a_key_that_comes_twice_refuses_the_mart_and_leaves_the_old_rows(demo: DuckDBWarehouse):
    before = demo.state(("slotwatch",))["slotwatch.authorization_log"]
    ledger = "slotwatch_ledgers.authorization_ledger"
    demo.query(f"insert into {ledger} select * from {ledger} limit 1")

    refusal = demo.refusal(DEMO_DAYS[-1], "--select", "authorization_log")

    assert "authorization_log" in refusal and "uplicate" in refusal, refusal
    assert demo.state(("slotwatch",))["slotwatch.authorization_log"] == before
