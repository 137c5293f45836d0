"""Guards of history: each refusal is one sentence and leaves every mart, snapshot and ledger unchanged."""

import datetime as dt

import pytest
from dbt.adapters.postgrespy.connections import PostgresPyConnectionManager
from warehouse_support import difference, is_one_sentence, write_raw

from slotwatch.warehouse.dbt_runs import DbtError
from slotwatch.warehouse.raw_contract import RawFileError

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


def activity(count: int) -> dict[str, list[dict]]:
    """Some rows in each of the other tables that readers see; the company of the last message is unknown."""
    first = {"company_website": "firm0.example", "created_at": "2026-01-02"}
    return {
        "campaign": [{"campaign_id": f"k{number}", "name": "A", "created_at": "2026-01-02"} for number in range(count)],
        "campaign_contact": [
            {"campaign_contact_id": f"m{number}", "campaign_id": "k0", "email": f"ada@firm{number}.example", **first}
            for number in range(count)
        ],
        "message_log": [
            {
                "message_log_id": f"l{number}",
                "company_website": f"{'firm' if number else 'nowhere'}{number}.example",
                "direction": "outbound",
                "channel": "email",
                "sent_at": "2026-01-02",
            }
            for number in range(count)
        ],
        "booking_event": [{"booking_event_id": f"b{number}", **first} for number in range(count)],
        "ac_handoff": [{"handoff_id": f"h{number}", **first} for number in range(count)],
        "suppression": [
            {"suppression_id": f"s{number}", "email": f"x{number}@firm1.example", "reason": "unsubscribed", **first}
            for number in range(count)
        ],
    }


def write(folder, company_count: int = 10, *more_people: dict, messages: int = 3):
    return write_raw(
        folder,
        {
            "company_raw_intake": companies(company_count),
            "people_raw_intake": [*chiefs(10), *more_people],
            **activity(messages),
        },
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
    """Ten companies with a CEO each, and what was sent to them, built on the second day."""
    built = engine_warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_2)
    sizes = {name.split(".")[1]: len(rows) for name, rows in built.state().items()}
    assert sizes["slot_status_snapshot"] == 30
    assert all(sizes[name] for name in ("message_log", "campaign_contacts", "booking_events", "ac_handoffs"))
    assert all(sizes[name] for name in ("suppressions", "error_id_registry", "bit_rule_event_ledger"))
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
    write(guarded.raw, 10, messages=1)
    rows = [{**row, "title": "CFO"} if row["intake_id"] == "p03" else row for row in chiefs(10)]
    write_raw(guarded.raw, {"people_raw_intake": [*rows, SUCCESSOR]})
    message = guarded.refusal(DAY_2)
    sentences = message.splitlines()
    assert len(sentences) == 3 and all(map(is_one_sentence, sentences))  # one warning per table, at most three
    assert all("as_of 2026-01-12 06:00:00 was built before with other data (" in sentence for sentence in sentences)


@pytest.mark.long
def test_the_same_as_of_under_another_rule_is_refused(guarded, unchanged_state):
    message = guarded.refusal(DAY_2, slot_claim_ttl_days=1)
    assert is_one_sentence(message), message
    assert message.endswith("(10 rows of int_slot_status differ): build with a later as_of.")


def test_a_raw_file_that_cannot_be_read_changes_nothing(guarded, unchanged_state):
    write(guarded.raw, 7, messages=1)
    (guarded.raw / "people_raw_intake.csv").write_text('intake_id,full_name\np1,"Ann\n', encoding="utf-8")
    with pytest.raises((DbtError, RawFileError), match="line 2 that never closes"):
        guarded.build(DAY_3)


def test_a_build_whose_lock_is_lost_records_nothing(guarded, unchanged_state, monkeypatch):
    if guarded.target == "duckdb":
        pytest.skip("the lock of a DuckDB file ends with the process")
    monkeypatch.setattr(PostgresPyConnectionManager, "lock_is_held", lambda manager: False)
    message = guarded.refusal(DAY_3, "--select", "id_merges", "slot_status_snapshot")
    assert message.count("The server ended the session that locks the database: run the build again.") == 2


def test_an_as_of_in_the_future_is_refused_unless_the_var_allows_it(guarded, unchanged_state):
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=2)
    message = guarded.refusal(f"{tomorrow:%Y-%m-%d} 23:00:00")
    assert is_one_sentence(message), message
    assert "lies in the future" in message


def test_the_var_allow_future_as_of_allows_it(warehouse, tmp_path):
    built = warehouse(write(tmp_path / "raw"))
    built.build("2062-01-01", "--select", "bit_rules", "bit_rule_snapshot", allow_future_as_of=True)
    assert built.column("select max(dbt_valid_from) from slotwatch_snapshots.bit_rule_snapshot") == [
        dt.datetime(2062, 1, 1)
    ]


def test_an_as_of_that_cannot_be_read_is_refused(guarded, unchanged_state):
    assert guarded.refusal("tomorrow").startswith("as_of is 'tomorrow', which is not a date")


def test_an_empty_run_is_refused(guarded, unchanged_state):
    before = guarded.state()
    message = guarded.refusal(DAY_3, "--empty")
    assert is_one_sentence(message), message
    assert "--empty would record every slot and band as gone" in message
    assert difference(guarded.state(), before) == {}


def test_an_empty_run_without_the_snapshots_is_allowed(guarded, unchanged_state):
    guarded.build(DAY_3, "--empty", "--select", "stg_company_intake")


def test_losing_more_than_a_fifth_of_the_slots_is_refused(guarded, unchanged_state):
    write(guarded.raw, 7, SUCCESSOR, messages=1)
    message = guarded.refusal(DAY_3)
    assert is_one_sentence(message), message
    assert "9 of 30 slots are gone, more than snapshot_max_drop_pct (20 %)" in message


def test_an_as_of_cannot_be_built_again_after_a_later_one_was_refused(guarded, unchanged_state):
    message = guarded.refusal(DAY_2)
    assert is_one_sentence(message), message
    assert "as_of 2026-01-12 06:00:00 was built before that of the last build (2026-01-19 06:00:00)" in message


@pytest.mark.parametrize(
    ("registry", "column", "days"),
    [("company", "recorded_at", 1), ("person", "recorded_at", 1), ("company", "observed_at", 30)],
)
def test_a_record_older_than_its_row_fails_a_data_test(guarded, unchanged_state, registry, column, days):
    shift = f"update slotwatch_ledgers.{registry}_id_registry set {column} = {column} {{}} interval '{days} days'"
    promise = ("test", "--select", "nothing_is_recorded_before_it_was_known")
    guarded.dbt(*promise, as_of=DAY_2)
    guarded.query(shift.format("+"))
    try:
        with pytest.raises(DbtError, match="nothing_is_recorded_before_it_was_known: Got"):
            guarded.dbt(*promise, as_of=DAY_2)
    finally:
        guarded.query(shift.format("-"))


@pytest.fixture(scope="module")
def shrunk(warehouse, tmp_path_factory):
    """Ten companies; two are missing on the second day and, with the var raised, three more on the third."""
    built = warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_1, *UP_TO_THE_SLOT_SNAPSHOT)
    write(built.raw, 8)
    built.build(DAY_2, *UP_TO_THE_SLOT_SNAPSHOT)
    assert built.column("select count(*) from slotwatch_intermediate.int_slot_status") == [24]
    write(built.raw, 5)
    built.build(DAY_3, *UP_TO_THE_SLOT_SNAPSHOT, snapshot_max_drop_pct=60)
    return built


@pytest.mark.long
def test_losing_a_fifth_of_the_slots_is_allowed_and_more_with_a_higher_var(shrunk):
    assert shrunk.column("select count(*) from slotwatch_intermediate.int_slot_status") == [15]
    assert shrunk.column("select count(*) from slotwatch_snapshots.slot_status_snapshot") == [30]


@pytest.mark.long
def test_slots_that_disappeared_before_do_not_count_again(shrunk):
    shrunk.build(DAY_4, *UP_TO_THE_SLOT_SNAPSHOT)


@pytest.mark.long
def test_slots_of_merged_companies_do_not_count_as_lost(warehouse, tmp_path_factory):
    built = warehouse(write(tmp_path_factory.mktemp("raw")))
    built.build(DAY_1, *UP_TO_THE_SLOT_SNAPSHOT)
    one = {"ein": "31-7340101"}
    rows = [*companies(10), *({**row, **one, "intake_id": f"again-{row['intake_id']}"} for row in companies(4))]
    write_raw(built.raw, {"company_raw_intake": rows})
    built.build(DAY_2, *UP_TO_THE_SLOT_SNAPSHOT)
    assert built.column("select count(*) from slotwatch_intermediate.int_slot_status") == [21]
