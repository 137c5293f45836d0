"""The cases beside the checkout: their lists, filings and stories as one raw folder, and the results of each case in
the marts.

Each line of a list is a case with its own companies and people. Answers are read from the marts of the second day;
a story is read from the marts of the third.
"""

import csv
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from warehouse_support import ROOT, write_raw

CASES = ROOT.parent / "shared" / "data" / "cases"
FIRST, SECOND, THIRD = CASE_DAYS = ("2026-01-05", "2026-02-10", "2026-03-10")
# The least share of right answers in each list.
FLOORS = {
    "titles": 0.97,
    "placeholder_titles": 1.0,
    "names": 0.95,
    "person_keys": 1.0,
    "company_hosts": 0.97,
    "suppressions": 1.0,
    "verifications": 1.0,
    "message_words": 1.0,
    "carriers": 0.95,
    "brokers": 0.9,
}
Row = dict[str, Any]
Tables = dict[str, list[Row]]
Query = Callable[[str], list[tuple[Any, ...]]]
Case = tuple[str, Row]  # id and line
EARLY, LATE = {"source": "case", "uploaded_at": "2026-01-03"}, {"source": "case", "uploaded_at": "2026-02-05"}


def lines(name: str) -> list[Case]:
    """The lines of a list with an id each, which is also the first label of the case's host."""
    with (CASES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return [(f"{name.replace('_', '-')}-{number:03}", row) for number, row in enumerate(csv.DictReader(file), 2)]


def company(case: str, *, name: str | None = None, host: str | None = None, **more: Any) -> Row:
    label = case.replace("-", " ").title()
    website = f"https://{host or case + '.example'}"
    return {"intake_id": f"{case}-c", "company_name": name or f"{label} Works", "website": website, **EARLY, **more}


def person(case: str, name: str, title: str, number: int = 1, **more: Any) -> Row:
    return {
        "intake_id": f"{case}-p{number}",
        "full_name": name,
        "title": title,
        "company_website": f"https://{case}.example",
        **EARLY,
        **more,
    }


def title_rows(cases: list[Case]) -> Tables:
    return {
        "company_raw_intake": [company(case, name=row["company_name"]) for case, row in cases],
        "people_raw_intake": [person(case, "Corin Aldwell", row["title"]) for case, row in cases],
    }


def placeholder_title_rows(cases: list[Case]) -> Tables:
    people = [
        person(case, "Corin Aldwell", title, number, **seen)
        for case, row in cases
        for number, title, seen in ((1, "CFO", EARLY), (2, row["title"], LATE))
    ]
    return {"company_raw_intake": [company(case) for case, _ in cases], "people_raw_intake": people}


def name_rows(cases: list[Case]) -> Tables:
    people = [
        person(case, name, row["title"], number, **seen)
        for case, row in cases
        for number, name, seen in ((1, row["name_a"], EARLY), (2, row["name_b"], LATE))
    ]
    return {"company_raw_intake": [company(case) for case, _ in cases], "people_raw_intake": people}


def person_key_rows(cases: list[Case]) -> Tables:
    companies, people = [], []
    for case, row in cases:
        key = {"linkedin": "linkedin_url", "email": "email"}[row["kind"]]
        for number, (side, title) in enumerate((("a", "CEO"), ("b", "CFO")), 1):
            value = row[f"value_{side}"] or row["value_a"]
            companies.append(company(f"{case}-{side}"))
            seen = {**EARLY, "uploaded_at": f"2026-01-0{number + 1}"}
            people.append(person(f"{case}-{side}", row[f"name_{side}"], title, number, **{key: value}, **seen))
    return {"company_raw_intake": companies, "people_raw_intake": people}


def company_host_rows(cases: list[Case]) -> Tables:
    rows = []
    for number, (case, row) in enumerate(cases):
        column = {"linkedin": "linkedin_url", "website": "website"}[row["kind"]]
        for index, side in enumerate("ab"):
            name, value = f"Host {number} {side} Foundry", row["value"].replace("{x}", f"{case}-{side}")
            ohio = {"website": "", "state": "OH", "ein": f"{31 + index}-{7_340_101 + 37 * number:07}"}
            rows.append(company(f"{case}-{side}1", name=name, **ohio))
            rows.append(company(f"{case}-{side}2", name=name, **{"website": "", "state": "OH", column: value}))
        third = {"website": "", column: row["value"].replace("{x}", f"{case}-a")}
        rows.append(company(f"{case}-third", name=f"Other {number} Cannery", **third, **LATE))
    return {"company_raw_intake": rows}


def reachable_rows(cases: list[Case], *, checked: bool) -> Tables:
    """Companies with an HR leader whose renewal authorises a message on the second day."""
    tables: Tables = {
        "company_raw_intake": [company(case, renewal_month="4") for case, _ in cases],
        "people_raw_intake": [
            person(case, "Hana Aldwell", "HR Director", email=f"hana.aldwell@{case}.example") for case, _ in cases
        ],
    }
    if checked:
        tables["email_verification"] = [check(case, 1, "valid", "2026-01-03") for case, _ in cases]
    return tables


def check(case: str, number: int, status: str, day: str) -> Row:
    return {
        "verification_id": f"{case}-v{number}",
        "email": f"hana.aldwell@{case}.example",
        "email_status": status,
        "verified_at": day,
    }


def suppression_rows(cases: list[Case]) -> Tables:
    tables = reachable_rows(cases, checked=True)
    tables["suppression"] = []
    for case, row in cases:
        own = {"{email}": f"hana.aldwell@{case}.example", "{domain}": f"{case}.example"}
        values = {
            name: value.replace("{email}", own["{email}"]).replace("{domain}", own["{domain}"])
            for name, value in row.items()
            if name != "stopped"
        }
        tables["suppression"].append({"suppression_id": f"{case}-s", **values})
    return tables


def verification_rows(cases: list[Case]) -> Tables:
    checks = [check(case, 1, row["before"], "2026-01-03") for case, row in cases if row["before"]]
    checks += [check(case, 2, row["email_status"], "2026-02-05") for case, row in cases]
    return {**reachable_rows(cases, checked=False), "email_verification": checks}


def message_word_rows(cases: list[Case]) -> Tables:
    tables = reachable_rows(cases, checked=True)
    tables["message_log"] = []
    for case, row in cases:
        to = {"company_website": f"{case}.example", "email": f"hana.aldwell@{case}.example"}
        first = {"direction": "outbound", "channel": "email", "message_kind": "persona", "sent_at": "2025-12-15"}
        own = {name: value for name, value in row.items() if name not in ("touch", "reply")}
        tables["message_log"] += [
            {"message_log_id": f"{case}-m1", **to, **first},
            {"message_log_id": f"{case}-m2", **to, **own},
        ]
    return tables


def welfare_rows(cases: list[Case], first: int, kind: str) -> Tables:
    """A welfare plan per case with one carrier and one broker in 2023 and 2024; `kind` says which of the two
    changes.
    """
    tables: Tables = {name: [] for name in ("company_raw_intake", "form_5500", "schedule_a", "schedule_a_brokers")}
    for number, (case, row) in enumerate(cases):
        ein = f"{first + 31 * number:09}"
        tables["company_raw_intake"].append(company(case, ein=f"{ein[:2]}-{ein[2:]}"))
        for year, side in ((2023, "a"), (2024, "b")):
            ack = {"ack_id": f"{case}-{year}", "form_id": "1"}
            carrier, broker = (row[f"name_{side}"], "") if kind == "carrier" else ("Steady Mutual", row[f"name_{side}"])
            tables["form_5500"].append(
                {
                    "ack_id": ack["ack_id"],
                    "spons_dfe_ein": ein,
                    "sponsor_dfe_name": case,
                    "spons_dfe_pn": "501",
                    "form_plan_year_begin_date": f"{year}-01-01",
                    "form_tax_prd": f"{year}-12-31",
                    "date_received": f"{year + 1}-07-20",
                    "tot_active_partcp_cnt": "100",
                    "type_welfare_bnft_code": "4A",
                    "sch_a_attached_ind": "1",
                }
            )
            tables["schedule_a"].append(
                {**ack, "ins_carrier_name": carrier, "wlfr_tot_charges_paid_amt": "1000", "wlfr_bnft_health_ind": "1"}
            )
            if kind == "broker":
                tables["schedule_a_brokers"].append({**ack, "row_order": "1", "ins_broker_name": broker})
    return tables


def folder_rows(folder: Path) -> Tables:
    """The raw rows of a folder of filings or of a story, with ids of their own."""
    tables: Tables = {}
    for file in sorted(folder.glob("*.csv")):
        if file.stem in ("signals", "events", "pairs"):
            continue
        with file.open(encoding="utf-8", newline="") as stream:
            rows = list(csv.DictReader(stream))
        own = ("intake_id", "assignment_id", "verification_id", "message_log_id", "check_id", "verdict_id")
        tables[file.stem] = [
            {name: f"{folder.name}-{value}" if name in own and value else value for name, value in row.items()}
            for row in rows
        ]
    return tables


LISTS: dict[str, Callable[[list[Case]], Tables]] = {
    "titles": title_rows,
    "placeholder_titles": placeholder_title_rows,
    "names": name_rows,
    "person_keys": person_key_rows,
    "company_hosts": company_host_rows,
    "suppressions": suppression_rows,
    "verifications": verification_rows,
    "message_words": message_word_rows,
    "carriers": lambda cases: welfare_rows(cases, 340_210_117, "carrier"),
    "brokers": lambda cases: welfare_rows(cases, 350_210_117, "broker"),
}
FOLDERS = ("filings", "stories")


def write_cases(folder: Path) -> Path:
    """One raw folder of all lists, filings and stories."""
    together: Tables = {}
    parts = [rows(lines(name)) for name, rows in LISTS.items()]
    parts += [folder_rows(case) for kind in FOLDERS for case in sorted((CASES / kind).iterdir())]
    for part in parts:
        for table, rows in part.items():
            together.setdefault(table, []).extend(rows)
    return write_raw(folder, together)


# The answers of the marts. Each function returns the differences from the expected values by case id; a case without
# differences is left out.


def _by_host(query: Query, select: str) -> dict[str, list[tuple]]:
    """Rows of `select` by case; the first column is a domain, which is the host of the case."""
    found: dict[str, list[tuple]] = {}
    for domain, *rest in query(select):
        found.setdefault((domain or "").removesuffix(".example"), []).append(tuple(rest))
    return found


SEATS = """
    select companies.domain, slots.role from slotwatch.slots join slotwatch.companies using (company_id)
    where slots.status = 'filled' and companies.domain like '%.example'
"""
EVENTS = f"""
    select companies.domain, slot_events.role, slot_events.event_type
    from slotwatch.slot_events join slotwatch.companies using (company_id)
    where occurred_at >= '{SECOND}' and companies.domain like '%.example'
"""
PEOPLE = """
    select companies.domain, people.person_id, people.intake_rows
    from slotwatch.people join slotwatch.companies using (company_id) where companies.domain like '%.example'
"""
VERDICTS = """
    select companies.domain, message_authorizations.denial_reason
    from slotwatch.message_authorizations join slotwatch.companies using (company_id)
    where companies.domain like '%.example'
"""


def wrong_titles(query: Query, cases: list[Case]) -> dict[str, Any]:
    seats = _by_host(query, SEATS)
    found = {case: sorted(role for (role,) in seats.get(case, [])) for case, _ in cases}
    return {
        case: (row, found[case])
        for case, row in cases
        if found[case] != ([] if row["role"] == "none" else [row["role"]])
    }


def wrong_placeholder_titles(query: Query, cases: list[Case]) -> dict[str, Any]:
    seats, events = _by_host(query, SEATS), _by_host(query, EVENTS)
    expected = {"no": ([("CFO",)], []), "yes": ([], [("CFO", "VACATED")])}
    found = {case: (seats.get(case, []), events.get(case, [])) for case, _ in cases}
    return {case: (row, found[case]) for case, row in cases if found[case] != expected[row["is_title"]]}


def wrong_names(query: Query, cases: list[Case]) -> dict[str, Any]:
    people, events = _by_host(query, PEOPLE), _by_host(query, EVENTS)
    pending = {
        frozenset(pair)
        for *pair, status in query(
            "select person_id_primary, person_id_duplicate, resolution_status from slotwatch.people_resolution_queue"
        )
        if status == "pending"
    }
    wrong = {}
    for case, row in cases:
        own = people.get(case, [])
        rows, changed = sorted(count for _, count in own), sorted(event for _, event in events.get(case, []))
        is_pending = frozenset(person_id for person_id, _ in own) in pending
        answer = {
            "yes": rows == [2] and not changed,
            "no": rows == [1, 1] and changed == ["FILLED", "VACATED"],
            "pending": rows == [1, 1] and not changed and is_pending,
        }[row["same_person"]]
        if not answer:
            wrong[case] = (row, rows, changed, is_pending)
    return wrong


def wrong_person_keys(query: Query, cases: list[Case]) -> dict[str, Any]:
    seats, people = _by_host(query, SEATS), _by_host(query, PEOPLE)
    errors = {(code, raw_id) for code, raw_id in query("select error_code, raw_id from slotwatch.pipeline_errors")}
    wrong = {}
    for case, row in cases:
        rows = sorted(count for side in "ab" for _, count in people.get(f"{case}-{side}", []))
        held = [sorted(role for (role,) in seats.get(f"{case}-{side}", [])) for side in "ab"]
        is_one = rows == [2]
        is_two = rows == [1, 1] and held == [["CEO"], ["CFO"]]
        code = row["error_code"]
        named = not code or any((code, f"{case}-{side}-p{n}") in errors for n, side in ((1, "a"), (2, "b")))
        if not ((is_one if row["identifies"] == "yes" else is_two) and named):
            wrong[case] = (row, rows, held, named)
    return wrong


def wrong_company_hosts(query: Query, cases: list[Case]) -> dict[str, Any]:
    company_of = dict(
        query("select intake_id, promoted_to_unique_id from intake.company_raw_intake where promoted_to_unique_id > ''")
    )
    wrong = {}
    for case, row in cases:
        a1, a2, b1, b2, third = (company_of.get(f"{case}-{row_}-c") for row_ in ("a1", "a2", "b1", "b2", "third"))
        joined = third == a1
        two = a1 is not None and b1 is not None and a1 == a2 and b1 == b2 and a1 != b1
        right = joined if row["identifies"] == "yes" else two and third not in (a1, b1)
        if not right:
            wrong[case] = (row, a1, a2, b1, b2, third)
    return wrong


def wrong_suppressions(query: Query, cases: list[Case]) -> dict[str, Any]:
    reasons = {case: rows[0][0] for case, rows in _by_host(query, VERDICTS).items()}
    wrong = {}
    for case, row in cases:
        reason = reasons.get(case, "no row")
        right = (reason or "").startswith("SUPPRESSED_") if row["stopped"] == "yes" else reason is None
        if not right:
            wrong[case] = (row, reason)
    return wrong


def wrong_verifications(query: Query, cases: list[Case]) -> dict[str, Any]:
    select = """
        select companies.domain, people.email_status, message_authorizations.denial_reason
        from slotwatch.people join slotwatch.companies using (company_id)
        join slotwatch.message_authorizations using (company_id)
    """
    found = {case: rows[0] for case, rows in _by_host(query, select).items()}
    wrong = {}
    for case, row in cases:
        status, reason = found.get(case, ("no row", "no row"))
        if status != row["color"] or (reason is None) != (row["color"] == "green"):
            wrong[case] = (row, status, reason)
    return wrong


def wrong_message_words(query: Query, cases: list[Case]) -> dict[str, Any]:
    reasons = {case: rows[0][0] for case, rows in _by_host(query, VERDICTS).items()}
    replied = dict(query("select message_log_id, is_replied from slotwatch.message_results"))
    scores = _by_host(
        query,
        """
        select companies.domain, max(bit_contact_scores.engagement_score)
        from slotwatch.bit_contact_scores join slotwatch.people using (person_id)
        join slotwatch.companies using (company_id) where companies.domain like '%.example' group by 1
        """,
    )
    wrong = {}
    for case, row in cases:
        reason, is_replied, score = reasons.get(case), replied.get(f"{case}-m1"), scores.get(case, [(0,)])[0][0]
        touch, reply = row["touch"] == "yes", row["reply"] == "yes"
        right = (reason == "COOLING_OFF") == touch and (bool(is_replied), score > 0) == (reply, reply)
        if not right:
            wrong[case] = (row, reason, is_replied, score)
    return wrong


def _wrong_sets(kind: str) -> Callable[[Query, list[Case]], dict[str, Any]]:
    def wrong(query: Query, cases: list[Case]) -> dict[str, Any]:
        changed = _by_host(
            query,
            f"""
            select companies.domain, pressure_signals.signal_type
            from slotwatch.pressure_signals join slotwatch.companies using (company_id)
            where signal_type = '{kind}_change'
            """,
        )
        return {case: row for case, row in cases if (case in changed) == (row["same"] == "yes")}

    return wrong


WRONG: Mapping[str, Callable[[Query, list[Case]], dict[str, Any]]] = {
    "titles": wrong_titles,
    "placeholder_titles": wrong_placeholder_titles,
    "names": wrong_names,
    "person_keys": wrong_person_keys,
    "company_hosts": wrong_company_hosts,
    "suppressions": wrong_suppressions,
    "verifications": wrong_verifications,
    "message_words": wrong_message_words,
    "carriers": _wrong_sets("carrier"),
    "brokers": _wrong_sets("broker"),
}


def wrong_signals(query: Query, case: str) -> list[Any]:
    """Lines of the `signals.csv` of a filings case that the marts contradict."""
    signals: dict[tuple[str, str], list[str]] = {}
    for ein, signal_type, text in query(
        """
        select replace(companies.ein, '-', ''), signal_type, evidence_text
        from slotwatch.pressure_signals join slotwatch.companies using (company_id) where is_active
        """
    ):
        signals.setdefault((ein, signal_type), []).append(text)
    with (CASES / "filings" / case / "signals.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [
        (row, signals.get((row["ein"], row["signal_type"]), []))
        for row in rows
        if any(row["text"] in text for text in signals.get((row["ein"], row["signal_type"]), []))
        != (row["fires"] == "yes")
    ]


def _companies_named(query: Query) -> dict[str, list[str]]:
    named: dict[str, list[str]] = {}
    for company_id, domain, name in query("select company_id, domain, company_name from slotwatch.companies"):
        for key in (domain, name):
            if key:
                named.setdefault(key, []).append(company_id)
    hosts = """
        select distinct promoted_to_unique_id, website from intake.company_raw_intake where promoted_to_unique_id > ''
    """
    for company_id, website in query(hosts):
        host = (website or "").removeprefix("https://")
        if company_id not in named.setdefault(host, []):
            named[host].append(company_id)
    return named


def wrong_story(query: Query, story: str) -> list[Any]:
    """Differences between the story and `slot_events` or `company_resolution_queue`."""
    folder = CASES / "stories" / story
    named = _companies_named(query)
    with (folder / "events.csv").open(encoding="utf-8", newline="") as file:
        expected = list(csv.DictReader(file))
    companies = {row["company"]: named.get(row["company"], []) for row in expected}
    wrong: list[Any] = [(name, "no company", ids) for name, ids in companies.items() if len(ids) != 1]
    ids = [company_id for found in companies.values() for company_id in found]
    events = _events_of(query, ids)
    wanted = {
        (companies[row["company"]][0], row["day"], row["role"], row["event"]): row["person"].split("|")
        for row in expected
        if row["event"] and companies[row["company"]]
    }
    wrong += [("missing", key, people) for key, people in wanted.items() if key not in {event[:4] for event in events}]
    for *key, name in events:
        if name not in wanted.get(tuple(key), []):
            wrong.append(("not expected", *key, name))
    if (folder / "pairs.csv").exists():
        wrong += _missing_pairs(query, folder / "pairs.csv", named)
    return wrong


def _events_of(query: Query, ids: Iterable[str]) -> list[tuple[str, ...]]:
    listed = ", ".join(f"'{company_id}'" for company_id in ids) or "''"
    return [
        tuple(map(str, row))
        for row in query(
            f"""
            select
                slot_events.company_id, cast(cast(occurred_at as date) as varchar), slot_events.role,
                slot_events.event_type, people.full_name
            from slotwatch.slot_events left join slotwatch.people using (person_id)
            where slot_events.company_id in ({listed})
            """
        )
    ]


def _missing_pairs(query: Query, file: Path, named: Mapping[str, list[str]]) -> list[Any]:
    pairs = {
        (frozenset(pair), conflict, status)
        for *pair, conflict, status in query(
            """
            select company_id_primary, company_id_duplicate, conflict_type, resolution_status
            from slotwatch.company_resolution_queue
            """
        )
    }
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            ("no pair", row)
            for row in csv.DictReader(stream)
            if (
                frozenset((*named.get(row["company_a"], ["?"]), *named.get(row["company_b"], ["?"]))),
                row["conflict_type"],
                row["status"],
            )
            not in pairs
        ]
