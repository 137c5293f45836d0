"""`slotwatch today`: its lists agree with the marts, and it also works with a database that lacks some marts."""

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from warehouse_support import DEMO_DAYS, DuckDBWarehouse, is_one_sentence, write_raw

from slotwatch.commands.today import capacity_words

LAST = DEMO_DAYS[-1][:10]
KEYS = {
    "write": {
        *("message_id", "company_id", "company_name", "person_id", "full_name", "title", "role", "to_email", "band"),
        *("touch_number", "fact", "subject", "body", "valid_until"),
    },
    "answers": {
        *("at", "what", "reply_class", "company_id", "company_name", "person_id", "full_name", "subject", "text"),
    },
    "changes": {
        *("at", "what", "company_id", "company_name", "role", "full_name", "detail", "from_band", "to_band"),
        *("is_since_last_build", "is_this_week"),
    },
    "human": {"what", "company_id", "company_name", "full_name", "detail", "created_at"},
}
CALL_LIST = """
    create table slotwatch.call_list as
    select
        slots.company_id, companies.company_name, slots.person_id, people.full_name, slots.role,
        '+16145550100' as phone, bands.band, 'phone_warm' as actions, 'renewal in 30 days' as line_today
    from slotwatch.slots
    inner join slotwatch.companies on slots.company_id = companies.company_id
    inner join slotwatch.people on slots.person_id = people.person_id
    inner join slotwatch.company_bands as bands on slots.company_id = bands.company_id
    where bands.band >= 4
"""
CAPACITY = """
    create table slotwatch.renewal_capacity as
    select
        date '2026-03-02' + cast(week * 7 as integer) as week_start_on, 3 + week as windows_opening,
        20 as reachable_companies, 500 as message_capacity, case when week = 2 then 40 else 0 end as shortfall
    from (select unnest(range(0, 26)) as week) as weeks
"""
PAIRS = """
    create table slotwatch.company_resolution_queue as
    select
        'cres_1' as resolution_id, min(company_id) as company_id_primary, max(company_id) as company_id_duplicate,
        'same_phone' as conflict_type, '+16145550100' as shared_value, 'pending' as resolution_status,
        timestamp '2026-02-16 06:00:00' as created_at
    from slotwatch.companies
"""
MADE_UP = {"call_list": CALL_LIST, "renewal_capacity": CAPACITY, "company_resolution_queue": PAIRS}


def lists(database) -> dict:
    """The output as JSON."""
    return json.loads(database.told("today", "--json"))


def with_made_up_marts(demo, folder) -> DuckDBWarehouse:
    """A copy of the demo with made-up rows in the three marts."""
    changed = demo.copied(folder)
    for name, statement in MADE_UP.items():
        changed.query(f"drop table if exists slotwatch.{name}")
        changed.query(statement)
    return changed


@pytest.fixture(scope="module")
def demo(demo_nights):
    """The demo after its last day."""
    return demo_nights[LAST]


def test_the_messages_equal_the_queue_with_their_facts_in_words(demo):
    found = lists(demo)
    assert found["as_of"] == "2026-03-02T06:00:00" and found["previous_as_of"] == "2026-02-16T06:00:00"
    queue = demo.query("select message_id, subject, body from slotwatch.send_queue")
    assert sorted((row["message_id"], row["subject"], row["body"]) for row in found["write"]) == sorted(queue)
    assert found["totals"]["write"] == len(queue) > 10
    bands = [row["band"] for row in found["write"]]
    assert bands == sorted(bands, reverse=True)
    facts = dict(demo.query("select message_id, cast(facts as text) from slotwatch.send_queue"))
    for row in found["write"]:
        stated = list(dict.fromkeys(fact["text"] for fact in json.loads(facts[row["message_id"]])))
        assert row["fact"] == "; ".join(stated) and stated and KEYS["write"] == set(row)


def test_changes_are_the_events_moves_and_current_proofs(demo):
    found = lists(demo)
    seats = demo.column("select count(*) from slotwatch.slot_events where days_before is not null")
    proofs = demo.column("select count(*) from slotwatch.proof_lines where is_current")
    spells = demo.query("select company_id, band from slotwatch.band_history order by company_id, valid_from")
    moves = sum(a[0] == b[0] and a[1] != b[1] for a, b in pairwise(spells))
    assert len(found["changes"]) == found["totals"]["changes"] == seats[0] + proofs[0] + moves
    kinds = {row["what"] for row in found["changes"]}
    assert kinds == {"Seat filled", "Seat vacated", "Band up", "Band down", "New proof"}
    for row in found["changes"]:
        assert row["is_since_last_build"] == (row["at"] > found["previous_as_of"]) and KEYS["changes"] == set(row)
        week_ago = datetime.fromisoformat(found["as_of"]) - timedelta(days=7)
        assert row["is_this_week"] == (datetime.fromisoformat(row["at"]) > week_ago)
    replaced = next(row for row in found["changes"] if row["full_name"] == "Ophelia Brand")
    assert (replaced["what"], replaced["detail"]) == ("Seat filled", "in place of Gemma Sorley")


def test_answers_are_replies_and_bookings_of_the_last_30_days(demo):
    found = lists(demo)["answers"]
    inbound = demo.query(
        "select sent_at from slotwatch.message_log where direction = 'inbound' and sent_at > '2026-01-31 06:00:00'"
    )
    booked = demo.query("select created_at from slotwatch.booking_events where created_at > '2026-01-31 06:00:00'")
    assert sorted(row["at"] for row in found) == sorted(at.isoformat() for (at,) in inbound + booked)
    assert {row["what"] for row in found} == {"Reply", "Meeting booked"} and KEYS["answers"] == set(found[0])


def test_open_pairs_and_unverified_addresses_need_a_human(demo):
    found = lists(demo)["human"]
    pairs = demo.column("select count(*) from slotwatch.people_resolution_queue where resolution_status = 'pending'")
    addresses = demo.column(
        "select count(*) from slotwatch.message_authorizations where denial_reason = 'EMAIL_NOT_VERIFIED'"
    )
    whats = [row["what"] for row in found]
    assert whats.count("One person or two") == pairs[0] > 0
    assert whats.count("Address to verify") == addresses[0] > 0
    assert KEYS["human"] == set(found[0])
    details = [row["detail"] for row in found]
    assert any(detail.endswith(": similar names at one company") for detail in details)
    assert any(detail.endswith(": equal claims to one seat") for detail in details)


def test_newer_marts_are_read_if_they_exist(demo, tmp_path):
    changed = with_made_up_marts(demo, tmp_path)
    found = lists(changed)
    [people] = changed.column("select count(*) from slotwatch.call_list")
    assert len(found["call"]) == found["totals"]["call"] == people > 0
    assert found["call"][0]["fact"] == "renewal in 30 days" and found["call"][0]["actions"] == "phone_warm"
    assert found["renewals"]["capacity"][2]["shortfall"] == 40
    assert "One company or two" in {row["what"] for row in found["human"]}
    page = changed.told("today")
    assert f"Call: {people}" in page and "one phone number +16145550100" in page
    assert "20 of these companies can be reached, and 500 messages are possible: enough." in page
    assert "The week of 2026-03-16 is 40 messages short." in page


def test_a_day_without_messages_says_why(demo, tmp_path):
    changed = demo.copied(tmp_path)
    changed.query("delete from slotwatch.send_queue")
    changed.query("update slotwatch.message_authorizations set is_authorized = false, denial_reason = 'DAILY_LIMIT'")
    page = changed.told("today")
    assert "No message is authorised" in page and "DAILY_LIMIT at 154" in page and "slotwatch explain NAME" in page
    assert "No message is authorised" not in demo.told("today")


def test_a_database_without_the_newer_marts_shows_the_rest(demo, tmp_path):
    changed = demo.copied(tmp_path)
    for name in MADE_UP:
        changed.query(f"drop table if exists slotwatch.{name} cascade")
    found = lists(changed)
    assert found["call"] is None and found["renewals"]["capacity"] is None and found["write"]
    assert "Call" not in changed.told("today")


@pytest.mark.parametrize(
    ("windows", "capacity", "said"),
    [
        (0, None, "No campaign window opens in the week of 2026-03-02."),
        (1, None, "1 campaign window opens in the week of 2026-03-02."),
        (2, None, "2 campaign windows open in the week of 2026-03-02."),
        (
            2,
            (500, 20, 0),
            "2 campaign windows open in the week of 2026-03-02. 20 of these companies can be reached, and "
            "500 messages are possible: enough.",
        ),
        (
            3,
            (500, 0, 0),
            "3 campaign windows open in the week of 2026-03-02. None of these companies can be reached yet: they have "
            "neither a band of outreach nor a green address.",
        ),
        (
            2,
            (10, 20, 10),
            "2 campaign windows open in the week of 2026-03-02. 20 of these companies can be reached, and "
            "10 messages are possible: 10 too few.",
        ),
    ],
)
def test_the_sentence_on_capacity_has_the_right_numbers(windows, capacity, said):
    week = date(2026, 3, 2)
    names = ("message_capacity", "reachable_companies", "shortfall")
    weeks = capacity and [{"week_start_on": week, **dict(zip(names, capacity, strict=True))}]
    assert capacity_words({"week_start_on": week, "windows": windows, "capacity": weeks}) == said


def test_a_long_list_is_counted_and_its_first_rows_are_printed(demo):
    page = demo.told("today")
    [queued] = demo.column("select count(*) from slotwatch.send_queue")
    assert f"Write to: {queued}\n" in page and f"and {queued - 10} more: `slotwatch today --json`" in page


def test_a_pipe_gets_plain_text_of_one_width(demo, monkeypatch):
    pages = set()
    for columns in ("30", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.add(demo.told("today"))
    [page] = pages
    assert "\x1b" not in page and [line for line in page.splitlines() if line != line.rstrip()] == []


def test_people_without_companies_are_reported_with_what_to_add(warehouse, tmp_path):
    person = {"intake_id": "p1", "full_name": "Ann Berg", "source": "list", "uploaded_at": "2026-01-01"}
    built = warehouse(write_raw(tmp_path / "raw", {"people_raw_intake": [person]}))
    built.build("2026-01-05 06:00:00")
    assert "has people but no companies" in built.told("today")
    assert "SlotWatch as of 2026-01-05 06:00 UTC" in built.told("summary")


def test_a_database_not_built_yet_gives_one_sentence(demo, tmp_path):
    result = DuckDBWarehouse(manifest=demo.manifest, path=tmp_path / "missing.duckdb", raw=demo.raw).command("today")
    assert result.exit_code == 1 and is_one_sentence(result.stderr.removeprefix("Error: ").strip())
