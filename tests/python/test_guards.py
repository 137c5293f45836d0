"""Guards of history: each refusal is one sentence, and every mart, snapshot and ledger stays as it was."""

import datetime as dt

import pytest
from warehouse_support import difference, is_one_sentence, write_raw

DAY_1, DAY_2, DAY_3, DAY_4 = (f"2026-01-{day} 06:00:00" for day in ("05", "12", "19", "26"))
UP_TO_THE_SLOT_SNAPSHOT = ("--select", "+slot_status_snapshot")


def companies(count: int) -> list[dict]:
    return [
        {
            "intake_id": f"c{number:02d}",
            "company_name": f"Firm Number {number}",
            "website": f"firm{number}.example",
            "source": "list",
            "uploaded_at": "2026-01-01",
        }
        for number in range(count)
    ]


def chiefs(count: int) -> list[dict]:
    return [
        {
            "intake_id": f"p{number:02d}",
            "full_name": f"Ada {chr(65 + number)}oster",
            "title": "CEO",
            "email": f"ada@firm{number}.example",
            "company_website": f"firm{number}.example",
            "source": "list",
            "uploaded_at": "2026-01-01",
        }
        for number in range(count)
    ]


def write(folder, company_count: int = 10, *more_people: dict):
    return write_raw(
        folder,
        {"company_raw_intake": companies(company_count), "people_raw_intake": [*chiefs(10), *more_people]},
    )


SUCCESSOR = {
    "intake_id": "p90",
    "full_name": "Zoe Weber",
    "title": "CEO",
    "email": "zoe@firm3.example",
    "company_website": "firm3.example",
    "source": "list",
    "uploaded_at": "2026-01-02",
}


@pytest.fixture(scope="module")
def guarded(engine_warehouse, tmp_path_factory):
    """Ten companies with a CEO each, built on the second day."""
    built = engine_warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_2)
    assert len(built.state()["slotwatch_snapshots.slot_status_snapshot"]) == 30
    return built


@pytest.fixture
def unchanged_state(guarded):
    """What must be the same after the test: marts, snapshots, ledgers, and the raw folder for the next test."""
    before = guarded.state()
    yield
    write(guarded.raw)
    assert difference(guarded.state(), before) == {}


def test_an_as_of_before_the_newest_version_is_refused(guarded, unchanged_state):
    before = guarded.state()
    message = guarded.refusal(DAY_1)
    assert is_one_sentence(message), message
    assert "as_of 2026-01-05 06:00:00 is earlier than the newest version" in message
    assert "2026-01-12 06:00:00" in message
    assert difference(guarded.state(), before) == {}  # refused before anything was built


def test_the_same_as_of_with_the_same_data_changes_nothing(guarded, unchanged_state):
    before = guarded.state()
    guarded.build(DAY_2)
    assert difference(guarded.state(), before) == {}


def test_the_same_as_of_with_other_data_is_refused(guarded, unchanged_state):
    write(guarded.raw, 10, SUCCESSOR)
    message = guarded.refusal(DAY_2)
    assert is_one_sentence(message), message
    assert "as_of 2026-01-12 06:00:00 was built before with other data (1 rows" in message


def test_the_same_as_of_with_another_title_is_refused(guarded, unchanged_state):
    guarded.build(DAY_2)
    rows = [{**row, "title": "CFO"} if row["intake_id"] == "p03" else row for row in chiefs(10)]
    write_raw(guarded.raw, {"people_raw_intake": rows})
    message = guarded.refusal(DAY_2)
    assert is_one_sentence(message), message
    assert "as_of 2026-01-12 06:00:00 was built before with other data (" in message


def test_an_as_of_in_the_future_is_refused_unless_the_var_allows_it(guarded, unchanged_state):
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    message = guarded.refusal(f"{tomorrow:%Y-%m-%d} 23:00:00")
    assert is_one_sentence(message), message
    assert "lies in the future" in message


def test_the_var_allow_future_as_of_allows_it(warehouse, tmp_path):
    built = warehouse(write(tmp_path / "raw"))
    built.build("2062-01-01", "--select", "+bit_rule_snapshot", allow_future_as_of=True)
    assert built.column("select max(dbt_valid_from) from slotwatch_snapshots.bit_rule_snapshot") == [
        dt.datetime(2062, 1, 1)
    ]


def test_an_empty_run_is_refused(guarded, unchanged_state):
    before = guarded.state()
    message = guarded.refusal(DAY_3, "--empty")
    assert is_one_sentence(message), message
    assert "--empty would record every slot and band as gone" in message
    assert difference(guarded.state(), before) == {}


def test_an_empty_run_without_the_snapshots_is_allowed(guarded, unchanged_state):
    guarded.build(DAY_3, "--empty", "--select", "stg_company_intake")


def test_losing_more_than_a_fifth_of_the_slots_is_refused(guarded, unchanged_state):
    write(guarded.raw, 7)
    message = guarded.refusal(DAY_3)
    assert is_one_sentence(message), message
    assert "9 of 30 slots are gone, more than snapshot_max_drop_pct (20 %)" in message


@pytest.fixture(scope="module")
def shrunk(warehouse, tmp_path_factory):
    """Ten companies, of which two are gone on the second day and, with the var raised, three more on the third."""
    built = warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_1, *UP_TO_THE_SLOT_SNAPSHOT)
    write(built.raw, 8)
    built.build(DAY_2, *UP_TO_THE_SLOT_SNAPSHOT)
    assert built.column("select count(*) from slotwatch_intermediate.int_slot_status") == [24]
    write(built.raw, 5)
    built.build(DAY_3, *UP_TO_THE_SLOT_SNAPSHOT, snapshot_max_drop_pct=60)
    return built


def test_losing_a_fifth_of_the_slots_is_allowed_and_more_when_the_var_is_raised(shrunk):
    assert shrunk.column("select count(*) from slotwatch_intermediate.int_slot_status") == [15]
    assert shrunk.column("select count(*) from slotwatch_snapshots.slot_status_snapshot") == [30]


def test_slots_that_were_gone_before_are_not_lost_again(shrunk):
    shrunk.build(DAY_4, *UP_TO_THE_SLOT_SNAPSHOT)


def test_slots_of_merged_companies_do_not_count_as_lost(warehouse, tmp_path_factory):
    built = warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_1, *UP_TO_THE_SLOT_SNAPSHOT)
    one = {"ein": "31-7340101"}
    rows = [*companies(10), *({**row, **one, "intake_id": f"again-{row['intake_id']}"} for row in companies(4))]
    write_raw(built.raw, {"company_raw_intake": rows})
    built.build(DAY_2, *UP_TO_THE_SLOT_SNAPSHOT)
    assert built.column("select count(*) from slotwatch_intermediate.int_slot_status") == [21]
