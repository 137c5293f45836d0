"""Ids over four builds: which entity gets which id, and how a merge changes history, events and proofs.

The rules of the registry by themselves are in test_id_registry.py, without a database.
"""

import random

import pytest
from warehouse_support import is_one_sentence, write_raw

pytestmark = pytest.mark.long

D1, D2, D3, D4 = (f"2026-01-{day} 06:00:00" for day in ("05", "12", "19", "26"))


def company_id(number: int) -> str:
    return f"04.04.02.04.{30000 + number // 1000}.{number % 1000:03d}"


def person_id(number: int) -> str:
    return f"04.04.02.04.{20000 + number // 1000}.{number % 1000:03d}"


def slot_id(number: int) -> str:
    return f"04.04.02.04.{10000 + number // 1000}.{number % 1000:03d}"


def company(intake_id: str, name: str, uploaded_at: str, **values: str) -> dict:
    return {"intake_id": intake_id, "company_name": name, "source": "list", "uploaded_at": uploaded_at, **values}


def person(intake_id: str, name: str, uploaded_at: str, **values: str) -> dict:
    return {"intake_id": intake_id, "full_name": name, "source": "list", "uploaded_at": uploaded_at, **values}


HANDED_IN_EARLY = company_id(1)  # lies in the company block: minting must skip its number
HANDED_IN_LATER = "04.04.02.04.39000.500"
SECOND_ID = "07.01.02.04.11111.222"  # without our prefix, or outside our blocks

COMPANIES_1 = [
    company("c1", "Alpha Works", "2026-01-01 01:00", website="alpha.example", ein="11-1111112"),
    company("c2", "Beta Mills", "2026-01-01 02:00", website="beta.example"),
    company("c3", "Gamma Foods", "2026-01-01 03:00", website="gamma.example", promoted_to_unique_id=HANDED_IN_EARLY),
    # two companies that turn out to be one on the second day
    company("c4", "Onward Paper", "2026-01-01 04:00", website="onward.example"),
    company("c5", "Twofold Print", "2026-01-01 05:00", website="twofold.example", ein="22-2222223", renewal_month="2"),
    company("c6", "Zeta Yards", "2026-01-01 06:00", website="zeta.example"),
]
PEOPLE_1 = [
    # two companies that turn out to be one on the second day
    person(
        "p1", "Ann Berg", "2026-01-01 01:00", title="CEO", email="ann@alpha.example", company_website="alpha.example"
    ),
    person(
        "p2",
        "Annika Holt",
        "2026-01-01 01:00",  # seen together with Ann: neither title ends the other person's claim
        title="CFO",
        linkedin_url="linkedin.com/in/annika-holt",
        company_website="alpha.example",
    ),
    person(
        "p3", "Carl Onn", "2026-01-01 03:00", title="CEO", email="carl@onward.example", company_website="onward.example"
    ),
    person(
        "p4",
        "Dora Twin",
        "2026-01-01 04:00",
        title="CFO",
        email="dora@twofold.example",
        company_website="twofold.example",
    ),
    person("p5", "Eve Beta", "2026-01-01 05:00", title="CEO", email="eve@beta.example", company_website="beta.example"),
]
ARTICLES = [
    {
        "article_id": "a1",
        "company_website": "twofold.example",
        "event_type": "FUNDING_EVENT",
        "title": "Twofold raises",
        "confidence": "0.9",
        "published_at": "2026-01-02",
    },
]
COMPANIES_2 = [
    company("c11", "Alpha Works", "2026-01-08 01:00", website="alpha.example", promoted_to_unique_id=HANDED_IN_LATER),
    company("c13", "Gamma Foods", "2026-01-08 02:00", website="gamma.example", promoted_to_unique_id=SECOND_ID),
    # ids that another company holds
    company("c12", "Beta Mills", "2026-01-08 03:00", website="beta.example", promoted_to_unique_id=company_id(0)),
    company("c17", "Newcomer Ltd", "2026-01-08 04:00", website="newcomer.example", promoted_to_unique_id=company_id(6)),
    # the EIN that links two domains
    company("c14", "Onward Paper", "2026-01-08 05:00", website="onward.example", ein="22-2222223"),
]
PEOPLE_2 = [
    person(
        "p11",
        "Ann Holt",  # the email relates the first name, the LinkedIn page the last name
        "2026-01-08 01:00",
        email="ann@alpha.example",
        linkedin_url="https://www.linkedin.com/in/annika-holt",
        company_website="alpha.example",
    ),
    # rows that point at companies by ids of every kind
    person("p12", "Fred Later", "2026-01-08 02:00", title="HR Director", company_unique_id=HANDED_IN_LATER),
    person("p13", "Gus Second", "2026-01-08 03:00", title="CFO", company_unique_id=SECOND_ID),
    person("p14", "Hal Early", "2026-01-08 04:00", title="CEO", company_unique_id=HANDED_IN_EARLY),
    person("p15", "Ida Alias", "2026-01-08 05:00", title="HR Director", company_unique_id=company_id(5)),
]
COMPANIES_3 = [
    # arrives late, although its upload time is before all others
    company("c21", "Latecomer Inc", "2025-12-31 01:00", website="latecomer.example"),
]


def write(folder, day: int, without: str | None = None):
    companies = COMPANIES_1 + COMPANIES_2 * (day >= 2) + COMPANIES_3 * (day >= 3)
    people = PEOPLE_1 + PEOPLE_2 * (day >= 2)
    companies = [row for row in companies if row.get("website") != without]
    if day >= 3:
        dice = random.Random(3)
        dice.shuffle(companies)
        dice.shuffle(people)
    return write_raw(folder, {"company_raw_intake": companies, "people_raw_intake": people, "blog_articles": ARTICLES})


@pytest.fixture(scope="module")
def days(warehouse, tmp_path_factory):
    """The marts of the four days: first ids, merges, a full refresh with rows reordered and late, a return."""
    raw = tmp_path_factory.mktemp("raw")
    built = warehouse(write(raw, 1))
    folder = tmp_path_factory.mktemp("marts")
    exports = {}

    def night(as_of, *arguments, **variables):
        built.build(as_of, *arguments, with_tests=as_of == D2, with_interfaces=False, **variables)
        exports[as_of] = built.export(folder / as_of[:10])

    night(D1)
    write(raw, 2)
    night(D2)
    write(raw, 3, without="beta.example")
    night(D3, "--full-refresh", snapshot_max_drop_pct=50)  # here a single missing company is a large share
    write(raw, 3)
    night(D4, snapshot_max_drop_pct=50)
    return exports


def ids_by_domain(day) -> dict[str, str]:
    return dict(day.query("select domain, company_id from companies"))


def test_numbers_are_minted_in_order_of_upload_and_skip_those_handed_in(days):
    assert ids_by_domain(days[D1]) == {
        "alpha.example": company_id(0),
        "beta.example": company_id(2),
        "gamma.example": HANDED_IN_EARLY,
        "onward.example": company_id(4),
        "twofold.example": company_id(5),
        "zeta.example": company_id(6),
    }


def test_slot_numbers_are_three_times_the_company_number_also_of_an_id_handed_in(days):
    slots = days[D1].query("""
        select domain, role, slot_id from slots join companies using (company_id)
        where domain in ('beta.example', 'gamma.example') order by all
    """)
    assert slots == [
        ("beta.example", "CEO", slot_id(6)),
        ("beta.example", "CFO", slot_id(7)),
        ("beta.example", "HR", slot_id(8)),
        ("gamma.example", "CEO", slot_id(9)),
        ("gamma.example", "CFO", slot_id(10)),
        ("gamma.example", "HR", slot_id(11)),
    ]


def test_an_id_handed_in_later_or_second_is_an_alias_that_resolves(days):
    where = dict(days[D2].query("select full_name, domain from people join companies using (company_id)"))
    assert where["Fred Later"] == "alpha.example"
    assert where["Gus Second"] == "gamma.example"
    assert where["Hal Early"] == "gamma.example"
    assert ids_by_domain(days[D2])["alpha.example"] == company_id(0)
    assert ids_by_domain(days[D2])["gamma.example"] == HANDED_IN_EARLY


def test_an_id_that_another_company_holds_is_an_error_and_is_not_used(days):
    errors = days[D2].query("""
        select raw_id, severity from pipeline_errors where error_code = 'BARTON_ID_HELD' order by raw_id
    """)
    assert errors == [("c12", "error"), ("c17", "error")]
    ids = ids_by_domain(days[D2])
    assert ids["beta.example"] == company_id(2)
    assert ids["newcomer.example"] == company_id(7)
    assert ids["alpha.example"] == company_id(0)


def test_when_two_companies_turn_out_to_be_one_the_older_id_survives(days):
    merged = days[D2].query("select company_id, intake_rows, ein from companies where ein = '22-2222223'")
    assert merged == [(company_id(4), 3, "22-2222223")]
    assert company_id(5) not in ids_by_domain(days[D2]).values()


def test_an_alias_still_refers_to_the_company(days):
    where = dict(days[D2].query("select full_name, company_id from people"))
    assert where["Ida Alias"] == company_id(4)


@pytest.mark.parametrize("mart", ["slots", "slot_history", "slot_events", "band_history", "company_bands"])
def test_slots_and_histories_of_the_alias_leave_the_marts(days, mart):
    assert days[D1].column(f"select count(*) from {mart} where company_id = '{company_id(5)}'") != [0]
    assert days[D2].column(f"select count(*) from {mart} where company_id = '{company_id(5)}'") == [0]
    assert days[D2].column(f"select count(*) from {mart} where company_id = '{company_id(4)}'") != [0]


def test_the_seats_of_the_alias_move_to_the_survivor(days):
    seats = days[D2].query(f"""
        select slots.role, full_name from slots join people using (person_id)
        where slots.company_id = '{company_id(4)}' order by slots.role
    """)
    assert seats == [("CEO", "Carl Onn"), ("CFO", "Dora Twin"), ("HR", "Ida Alias")]


def test_the_proof_of_the_alias_is_superseded_and_the_survivor_has_its_own(days):
    [(proof_id,)] = days[D1].query(f"select proof_id from proof_lines where company_id = '{company_id(5)}'")
    proofs = days[D2].query(f"""
        select proof_id = '{proof_id}', is_current, cast(superseded_at as varchar)
        from proof_lines where company_id = '{company_id(4)}' order by generated_at
    """)
    assert proofs == [(True, False, D2), (False, True, None)]


def test_rule_events_of_the_alias_count_once_for_the_survivor_except_those_of_its_slots(days):
    before = days[D1].query(f"""
        select rule_name, source_table, count(*) from bit_rule_events
        where company_id = '{company_id(5)}' group by all order by all
    """)
    assert before == [
        ("cfo_slot_filled", "slot_events", 1),
        ("funding_round", "blog_articles", 1),
        ("renewal_window_120d", "renewal_calendar", 1),
        ("renewal_window_30d", "renewal_calendar", 1),
        ("renewal_window_60d", "renewal_calendar", 1),
        ("renewal_window_90d", "renewal_calendar", 1),
    ]
    after = days[D2].query(f"""
        select rule_name, source_table, cast(detected_at as date) from bit_rule_events
        where company_id = '{company_id(4)}' and source_table <> 'slot_events' order by all
    """)
    assert [row[:2] for row in after] == [row[:2] for row in before[1:]]
    fills = days[D2].query(f"""
        select rule_name, cast(detected_at as date)::varchar from bit_rule_events
        where company_id = '{company_id(4)}' and source_table = 'slot_events' order by rule_name
    """)
    # the CFO filled a seat of the survivor that really was empty before
    assert fills == [
        ("ceo_slot_filled", "2026-01-05"),
        ("cfo_slot_filled", "2026-01-12"),
        ("hr_slot_filled", "2026-01-12"),
    ]


def test_a_merge_of_two_people_alone_makes_no_event(days):
    assert set(days[D1].column(f"select person_id from people where company_id = '{company_id(0)}'")) == {
        person_id(0),
        person_id(1),
    }
    seats = days[D2].query(f"""
        select role, person_id, cast(filled_at as varchar) from slots
        where company_id = '{company_id(0)}' and status = 'filled' and role in ('CEO', 'CFO') order by role
    """)
    assert seats == [("CEO", person_id(0), D1), ("CFO", person_id(0), D1)]
    history = days[D2].query(f"""
        select role, person_id, cast(valid_from as varchar), valid_to from slot_history
        where company_id = '{company_id(0)}' and role in ('CEO', 'CFO') order by role
    """)
    assert history == [("CEO", person_id(0), D1, None), ("CFO", person_id(0), D1, None)]
    events = days[D2].query(f"""
        select role, event_type, person_id, cast(occurred_at as varchar) from slot_events
        where company_id = '{company_id(0)}' and role in ('CEO', 'CFO') order by role
    """)
    assert events == [("CEO", "FILLED", person_id(0), D1), ("CFO", "FILLED", person_id(0), D1)]
    rules = days[D2].query(f"""
        select rule_name, count(*) from bit_rule_events
        where company_id = '{company_id(0)}' and source_table = 'slot_events' group by all order by all
    """)
    assert rules == [("ceo_slot_filled", 1), ("cfo_slot_filled", 1), ("hr_slot_filled", 1)]


def test_the_merged_person_is_one_row_with_both_seats(days):
    rows = days[D2].query(f"""
        select person_id, is_multi_slot, intake_rows from people
        where company_id = '{company_id(0)}' and email = 'ann@alpha.example'
    """)
    assert rows == [(person_id(0), True, 3)]


def test_full_refresh_late_rows_and_another_order_keep_every_id(days):
    before, after = ids_by_domain(days[D2]), ids_by_domain(days[D3])
    assert {domain: after[domain] for domain in before if domain != "beta.example"} == {
        domain: number for domain, number in before.items() if domain != "beta.example"
    }
    people_before = dict(days[D2].query("select full_name, person_id from people where full_name <> 'Eve Beta'"))
    people_after = dict(days[D3].query("select full_name, person_id from people"))
    assert people_after == people_before
    errors = "select raw_table, raw_id, error_code, error_id from pipeline_errors"
    assert {row for row in days[D2].query(errors) if row[1] not in ("c2", "c12", "p5")} <= set(days[D3].query(errors))


def test_a_late_row_takes_the_next_number_and_never_reuses_one(days):
    assert ids_by_domain(days[D3])["latecomer.example"] == company_id(8)
    assert "beta.example" not in ids_by_domain(days[D3])


def test_a_company_that_returns_has_its_id_and_its_history_again(days):
    assert ids_by_domain(days[D4]) == {**ids_by_domain(days[D3]), "beta.example": company_id(2)}
    spells = days[D4].query(f"""
        select person_id, cast(valid_from as varchar), valid_to from slot_history
        where company_id = '{company_id(2)}' and role = 'CEO'
    """)
    assert spells == [(person_id(4), D1, None)]


def test_running_out_of_blocks_gives_one_sentence_that_names_the_capacity(warehouse, tmp_path_factory):
    many = [company(f"c{n:04d}", f"Firm {n}", "2026-01-01", website=f"firm{n}.example") for n in range(334)]
    built = warehouse(write_raw(tmp_path_factory.mktemp("raw"), {"company_raw_intake": many}))
    message = built.refusal(D1, "--select", "+companies", barton_blocks=1)
    assert is_one_sentence(message), message
    assert "they hold 333 numbers, and number 333 is beyond them" in message
    assert not built.query("select 1 from information_schema.tables where table_name = 'companies'")
    write_raw(built.raw, {"company_raw_intake": many[:333]})
    built.build(D1, "--select", "+company_id_registry", barton_blocks=1)
    assert built.column("select count(distinct barton_id) from slotwatch_ledgers.company_id_registry") == [333]


def test_a_registry_that_is_run_again_records_nothing_twice(warehouse, tmp_path_factory):
    built = warehouse(write_raw(tmp_path_factory.mktemp("raw"), {"company_raw_intake": COMPANIES_1}))
    rows = "select count(*) from slotwatch_ledgers.company_id_registry"
    built.build(D1, "--select", "+company_id_registry")
    built.build(D1, "--select", "company_id_registry")
    built.build(D2, "--select", "+company_id_registry")
    assert built.column(rows) == [len(COMPANIES_1)]
