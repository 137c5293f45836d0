"""Work in parts and in worker processes gives the rows that one call gives."""

import pickle

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_messages import CLAUSES, RULES, SETTINGS, TEMPLATES, candidate, table
from test_proof_lines import EVIDENCE, quote

from slotwatch import messages, processes, proofs
from slotwatch.processes import groups_of, in_batches, parts_of

NUMBERS = pa.schema([("number", pa.int64())])


@given(st.lists(st.integers(0, 5)).map(sorted), st.integers(1, 4))
def test_rows_are_cut_into_parts_and_groups(keys, size):
    rows = pa.table({"key": pa.array(keys, pa.int64())})
    parts = [part["key"].to_pylist() for part in parts_of(rows, size)]
    assert [key for part in parts for key in part] == keys
    assert all(len(part) == size for part in parts[:-1])

    groups = [group["key"].to_pylist() for group in groups_of(rows, "key", size)]
    assert [key for group in groups for key in group] == keys
    assert all(len(group) >= size for group in groups[:-1])
    assert sum(len(set(group)) for group in groups) == len(set(keys))  # no key in two groups


def test_a_part_is_sent_to_a_process_without_the_rest():
    rows = pa.table({"key": [f"key {number}" for number in range(10_000)]})
    for [first, *_] in (list(parts_of(rows, 10)), list(groups_of(rows, "key", 10))):
        assert first["key"].to_pylist() == [f"key {number}" for number in range(10)]
        assert len(pickle.dumps(first)) < 2_000


def reciprocal(number: int) -> pa.Table:
    return pa.table({"number": [60 // number]}, NUMBERS)


@pytest.mark.parametrize("are_many", [False, True])
def test_calls_give_their_rows_in_order(are_many, monkeypatch):
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(processes, "_CALLS_IN_MEMORY", 3)
    rows = in_batches(reciprocal, ((number,) for number in range(1, 8)), NUMBERS, are_many).read_all()
    assert rows["number"].to_pylist() == [60, 30, 20, 15, 12, 10, 8]
    assert in_batches(reciprocal, iter(()), NUMBERS, are_many).read_all().equals(NUMBERS.empty_table())


def test_an_error_of_a_call_is_raised(monkeypatch):
    with pytest.raises(ZeroDivisionError):
        in_batches(reciprocal, [(0,)], NUMBERS, are_many=False)
    monkeypatch.setattr(processes, "processors", lambda: 2)
    with pytest.raises(ZeroDivisionError):
        in_batches(reciprocal, [(0,)], NUMBERS, are_many=True).read_all()


def test_proofs_written_in_processes_are_the_same(monkeypatch):
    cited = [
        quote(f"sig_{number}", "more", company_id=f"company {number % 5}", place=number, form="one_hub")
        for number in range(1, 16)
    ]
    quotes = pa.Table.from_pylist(cited, EVIDENCE)
    expected = proofs.write_proofs(quotes)
    assert proofs.write_proofs_in_batches(quotes).read_all().equals(expected)
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(proofs, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(proofs, "_QUOTES_AT_A_TIME", 4)
    assert proofs.write_proofs_in_batches(quotes).read_all().equals(expected)


def test_messages_rendered_in_processes_are_the_same(monkeypatch):
    candidates = table([candidate(message_id=f"msg_{number}", first_name=f"Ann{number}") for number in range(7)])
    candidates = candidates.append_column("facts_hash", pa.array([f"hash {number}" for number in range(7)]))
    seeds = (TEMPLATES, CLAUSES, RULES, SETTINGS, messages.Sender("Jo Roe"))
    expected = messages.render_messages(candidates, *seeds)
    few = messages.render_in_batches(candidates, "v1", *seeds).read_all()
    assert few.drop_columns(["facts_hash", "copy_version"]).equals(expected)
    assert few["facts_hash"].to_pylist() == candidates["facts_hash"].to_pylist()
    assert few["copy_version"].to_pylist() == ["v1"] * 7
    monkeypatch.setattr(processes, "processors", lambda: 2)
    monkeypatch.setattr(messages, "_WORTH_PROCESSES", 1)
    monkeypatch.setattr(messages, "_MESSAGES_AT_A_TIME", 2)
    assert messages.render_in_batches(candidates, "v1", *seeds).read_all().equals(few)
