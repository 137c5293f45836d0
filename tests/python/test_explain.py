"""`slotwatch explain`: the story of one company, found by any of its names, and the same on both engines."""

import csv
import json
import re

import duckdb
import pytest
from warehouse_support import DEMO_DAYS, FILE_NAME, ROOT, DuckDBWarehouse, is_one_sentence
from world import ODD_NAMES

from slotwatch.bands import HUBS, BandRules, band_of
from slotwatch.commands.band_lift import lift
from slotwatch.commands.explain import band_rules, company_stories, company_story
from slotwatch.commands.search import Match, name_words, people_named
from slotwatch.warehouse.reading import warehouse as reading

LAST = DEMO_DAYS[-1][:10]
COPPERLINE = "04.04.02.04.30000.041"
KEYS = {
    "as_of": None,
    "found_by": None,
    "person": None,
    "company": {"company_id", "company_name", "domain", "ein", "state", "intake_rows"},
    "alias_ids": None,
    "intake": {"intake_id", "company_name", "website_url", "uploaded_at", "remarks"},
    "slots": {
        *("slot_id", "role", "status", "person_id", "full_name", "title", "email", "email_status", "filled_at"),
        *("vacated_at", "last_changed_at", "claim_source", "spells"),
    },
    "signals": {
        *("signal_id", "hub", "signal_type", "pressure_class", "magnitude", "evidence_text", "detected_at"),
        *("expires_at", "source_table", "source_record_ids"),
    },
    "band": {"band", "band_name", "total_magnitude", "lines", "by_total", "caps", "history", "band_capped_by"},
    "proof": {"proof_id", "band", "proof_line", "line_today", "verdict", "valid_until", "signal_ids", "signals"},
    "ended_proofs": None,
    "message": {
        *("is_authorized", "denial_reason", "reason", "requested_action", "required_band", "role", "wanted_role"),
        *("person_id", "full_name", "email", "email_status", "suppressions", "queued"),
    },
    "timeline": None,
    "lift": {
        *("next_band", "next_band_name", "missing_points", "held_by", "ways", "no_way", "hubs_to_prove", "words"),
    },
}


def story(database, *arguments: str) -> dict:
    """The output as JSON."""
    return json.loads(database.told("explain", "--json", *arguments))


def refused(database, *arguments: str) -> list[str]:
    """The lines of an error message."""
    result = database.command("explain", *arguments)
    assert result.exit_code == 1, result.output
    assert isinstance(result.exception, SystemExit) and result.stdout == ""
    first, *rest = result.stderr.splitlines()
    assert first.startswith("Error: ")
    return [first.removeprefix("Error: "), *rest]


@pytest.fixture(scope="module")
def demo(demo_nights):
    """The demo after its last day."""
    return demo_nights[LAST]


# Finding the company or person


@pytest.mark.parametrize(
    ("asked", "found_by"),
    [
        (COPPERLINE, "company_id"),
        (f" {COPPERLINE} ", "company_id"),
        ("https://www.copperlineelectriccontractors.example/", "domain"),
        ("HTTP://Shop.CopperlineElectricContractors.example:8080/a?b#c", "domain"),
        ("someone@copperlineelectriccontractors.example", "domain"),
        ("Copperline Electric Contractors", "name"),
        ("the COPPERLINE  electric contractors, Inc.", "name"),
        ("copperline", "part_of_name"),
    ],
)
def test_a_company_is_found_in_any_spelling(demo, asked, found_by):
    found = story(demo, asked)
    assert (found["company"]["company_id"], found["found_by"]) == (COPPERLINE, found_by)


def test_an_ein_finds_its_company_in_any_spelling(demo):
    ein, company_id = demo.query("select ein, company_id from slotwatch.companies where ein is not null limit 1")[0]
    for spelling in (ein, ein.replace("-", ""), f"EIN {ein}"):
        found = story(demo, spelling)
        assert (found["company"]["company_id"], found["found_by"]) == (company_id, "ein")


def test_an_alias_id_finds_the_survivor_and_is_shown_as_an_alias(demo):
    [(alias, survivor)] = demo.query(
        "select alias_id, survivor_id from slotwatch_ledgers.id_merges where alias_id = '04.04.02.04.30000.029'"
    )
    found = story(demo, alias)
    assert (found["company"]["company_id"], found["found_by"]) == (survivor, "alias_id")
    assert alias in found["alias_ids"]
    assert "found by alias id" in demo.told("explain", alias)


def test_a_name_of_several_words_needs_no_quotes(demo):
    assert story(demo, "Copperline", "Electric")["company"]["company_id"] == COPPERLINE


LORNE = "04.04.02.04.20000.272"  # Philippa Lorne, CEO of Norwood Transit Lines


@pytest.mark.parametrize(
    ("asked", "found_by"),
    [
        (LORNE, "person_id"),
        ("P.Lorne@NorwoodTransitLines.example", "person_email"),
        ("philippa lorne", "person_name"),
        ("Lorne, Philippá", "person_name"),
        ("phil lorne", "part_of_person_name"),
    ],
)
def test_a_person_is_found_in_any_spelling_with_the_story_of_the_company(demo, asked, found_by):
    found = story(demo, asked)
    assert (found["person"]["person_id"], found["found_by"]) == (LORNE, found_by)
    assert found["company"]["company_name"] == "Norwood Transit Lines"
    [spell] = found["person"]["spells"]
    assert (spell["role"], spell["valid_from"], spell["valid_to"]) == ("CEO", "2026-02-16T06:00:00", None)
    page = demo.told("explain", asked)
    assert page.startswith(f"Philippa Lorne  {LORNE}\n") and "Norwood Transit Lines  04.04.02.04.30000.053" in page
    assert {**found, "person": None, "found_by": "name"} == story(demo, "Norwood Transit Lines")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("zoe", ["Zoë O'Neill"]),
        ("ZOË oneill", []),
        ("zoë o neill", ["Zoë O'Neill"]),
        ("strauss", ["Anna Strauß"]),
        ("ann", ["Ann Lee", "Anna Strauß"]),
        ("lee ann", ["Ann Lee"]),
        ("ee", []),
        ("", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_names_whatever_the_accents(asked, found):
    with duckdb.connect() as connection:
        connection.execute("create table people (person_id text, company_id text, full_name text, title text)")
        connection.execute("create table companies (company_id text, company_name text)")
        connection.execute("insert into companies values ('c1', 'Acme')")
        for name in ("Zoë O'Neill", "Anna Strauß", "Ann Lee"):
            connection.execute("insert into people values (?, 'c1', ?, null)", [name, name])

        def rows(sql: str, *values: str) -> list[dict]:
            cursor = connection.execute(sql.format(marts="main"), values)
            return [
                dict(zip([column[0] for column in cursor.description], row, strict=True)) for row in cursor.fetchall()
            ]

        assert sorted(row["full_name"] for row in people_named(rows, name_words(asked))) == found


def test_an_unknown_address_finds_the_company_of_its_domain(demo):
    found = story(demo, "nobody@norwoodtransitlines.example")
    assert (found["found_by"], found["person"]) == ("domain", None)


def test_several_people_of_one_name_are_listed(demo):
    sentence, *candidates = refused(demo, "Marcia Delga")
    assert sentence == "'Marcia Delga' is ambiguous, 2 people have this name: give the id of one."
    assert [line.split("  ")[2] for line in candidates] == ["Marcia Delgado", "Marcia Delgato"]
    for line in candidates:
        assert story(demo, line.split()[0])["person"]["full_name"] in line


def test_the_mail_that_may_go_out_is_shown_as_it_is_sent(demo):
    [(company, subject, body)] = demo.query(
        "select company_name, subject, body from slotwatch.send_queue join slotwatch.companies using (company_id) "
        "order by company_id limit 1"
    )
    found = story(demo, company)
    assert (found["message"]["queued"]["subject"], found["message"]["queued"]["body"]) == (subject, body)
    page = demo.told("explain", company)
    assert f"  Subject: {subject}\n" in page
    assert all(f"  {line}\n" in page for line in body.splitlines() if line)


def test_an_ambiguous_name_lists_its_candidates(demo):
    sentence, *candidates = refused(demo, "Summit Lantern Dental")
    expected = demo.query(
        "select company_id, domain, state from slotwatch.companies where name_key = 'summit lantern dental' order by 1"
    )
    assert len(expected) == 2 and "ambiguous" in sentence and "2 companies" in sentence
    assert [tuple(line.split()[:3]) for line in candidates] == expected


def test_more_than_ten_candidates_are_counted(demo):
    [count] = demo.column("select count(*) from slotwatch.companies where name_key like '%co%'")
    sentence, *candidates = refused(demo, "co")
    assert f"{count} companies" in sentence and count > 10
    assert len(candidates) == 11 and candidates[-1].strip() == f"... and {count - 10} more"


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("Alderbrok Plastiks", "did you mean Alderbrook Plastics (04.04.02.04.30000.000)?"),
        ("no such firm at all", "give a Barton id, a domain, an EIN, or a name"),
        ("04.04.02.04.39999.999", "give a Barton id"),
        ("nowhere.example", "give a Barton id"),
        ("facebook.com", "is a shared host"),
        ("...", "give a Barton id"),
    ],
)
def test_an_unknown_company_gets_one_helpful_sentence(demo, asked, hint):
    [sentence] = refused(demo, asked)
    assert hint in sentence and "Traceback" not in sentence


@pytest.mark.parametrize(
    "asked",
    [
        "'; drop table companies; --",
        "O'Brien {{ x }}",
        "{% raise %}",
        "{marts}",
        "100%s ?",
        "\x00\x1b[31mred",
        "\\",
        "\ud800",
    ],
)
def test_user_input_is_never_code(demo, asked):
    before = demo.state(["slotwatch"])
    [sentence] = refused(demo, asked)
    assert "No company or person is known by" in sentence and sentence.isprintable()
    assert demo.state(["slotwatch"]) == before


# Without a readable database


def test_a_database_not_built_yet_gives_one_sentence(demo, tmp_path):
    duckdb.connect(str(tmp_path / "empty.duckdb")).close()
    for name in ("empty.duckdb", "missing.duckdb"):
        [sentence] = refused(DuckDBWarehouse(manifest=demo.manifest, path=tmp_path / name, raw=demo.raw), "Acme")
        assert "has not been built yet" in sentence and "make build" in sentence and is_one_sentence(sentence)
    assert not (tmp_path / "missing.duckdb").exists()


def test_a_broken_database_and_an_unknown_target_give_one_sentence_each(demo, tmp_path):
    (tmp_path / FILE_NAME).write_text("no database")
    [sentence] = refused(DuckDBWarehouse(manifest=demo.manifest, path=tmp_path / FILE_NAME, raw=demo.raw), "Acme")
    assert "is not a DuckDB database" in sentence and is_one_sentence(sentence)
    [sentence] = refused(demo, "Acme", "--target", "oracle")
    assert "oracle" in sentence and is_one_sentence(sentence)


# The content of the story


def test_the_json_has_the_keys_that_are_promised(demo):
    found = story(demo, COPPERLINE)
    assert set(found) == set(KEYS)
    for key, expected in KEYS.items():
        first = found[key][0] if isinstance(found[key], list) and found[key] else found[key]
        assert expected is None or expected <= set(first), key
    assert found["as_of"] == "2026-03-02T06:00:00"


def test_bands_equal_the_sums_worked_out_by_hand(demo_nights):
    with (ROOT / "tests" / "expected" / "demo_bands.csv").open(encoding="utf-8") as lines:
        expected = list(csv.DictReader(lines))
    for day, night in demo_nights.items():
        ids = dict(night.query("select company_name, company_id from slotwatch.companies"))
        with night.reached(), reading() as rows:
            for row in expected:
                if row["day"] == day:
                    band = company_story(rows, Match(ids[row["company_name"]], "name"))["band"]
                    by_hub = {line["hub"]: line["magnitude"] for line in band["lines"]}
                    assert by_hub == {hub: int(row[f"{hub.lower()}_magnitude"]) for hub in HUBS}
                    assert band["total_magnitude"] == int(row["total_magnitude"])
                    assert (band["band"], band["band_capped_by"] or "") == (int(row["band"]), row["band_capped_by"])


def test_stories_of_many_companies_equal_single_stories(demo_nights):
    for night in demo_nights.values():
        with night.reached(), reading() as rows:
            ids = [row["company_id"] for row in rows("select company_id from {marts}.companies order by 1 desc")]
            together = company_stories(rows, ids)
            assert list(together) == ids and company_stories(rows, []) == {}
            for company_id in ids[::7]:
                alone = company_story(rows, Match(company_id, "name"))
                assert {"found_by": "name", "person": None, **together[company_id]} == alone


@pytest.mark.long
def test_the_arithmetic_adds_up_for_every_company_on_every_day(demo_nights):
    for night in demo_nights.values():
        with night.reached(), reading() as rows:
            for company in rows("select company_id from {marts}.companies"):
                told_band = company_story(rows, Match(company["company_id"], "company_id"))["band"]
                lines = told_band["lines"]
                assert [sum(line["magnitudes"]) for line in lines] == [line["magnitude"] for line in lines]
                assert sum(line["points"] for line in lines) == told_band["total_magnitude"]
                assert told_band["by_total"]["band"] == told_band["raw_band"]
                assert [cap["cap"] for cap in told_band["caps"] if cap["binds"]] == [
                    cap for cap in (told_band["band_capped_by"],) if cap
                ]


FIVE = {
    "Brightwater Foods Cooperative": (
        r"Band 2 EXPLORATORY\n  DOL +0 +0, not active, 0 of 10\n  PEOPLE +48 +40 \+ 20 = 60 x 0.8, active\n"
        r"  BLOG +0 .*\n  Total +48\n  By total band 3 TARGETED, 40 to 59\n  Caps +NO_DOL_CAP lowers it to band 2\n"
    ),
    "Kingfisher Row Apparel": r"DOL +14 +8 \+ 6 = 14, active\n  PEOPLE .*\n  BLOG +10 +20 x 0.5, active\n  Total +24\n",
    "Quince Hollow Cosmetics": r"denied, TOUCH_LIMIT: .*as many messages in this episode as its band allows",
    "Pemberton Preserves": r"denied, SUPPRESSED_HARD_BOUNCE: .*stopped since 2026-02-12 10:00: hard_bounce",
    "Rosedale Ceramics": (
        r"Band 5 DIRECT\n  DOL +82 +70 \+ 12 = 82, active\n(.*\n)*Proof\n  DEADLINE_PROXIMITY detected via DOL: "
        r"renewal in 30 days, broker commissions and fees \+20% YoY\n(.*\n)*Message\n  authorised: .*\(HR\)\n"
        r"  queued as "
    ),
}


@pytest.mark.parametrize("name", FIVE)
def test_the_page_shows_the_story_line_by_line(demo, name):
    page = demo.told("explain", name)
    assert re.search(FIVE[name], page), page
    order = ["Identity", "Slots", "Active signals", "Band ", "Proof", "Said and answered", "Message", "What would lift"]
    places = [page.index(f"\n{title}") for title in order]
    assert places == sorted(places)


def test_the_timeline_has_messages_replies_bookings_and_handoffs_in_order(demo):
    found = story(demo, "Rockport Linen Supply")["timeline"]
    assert [(row["kind"], row["happened_at"][:10]) for row in found] == [
        ("sent", "2026-02-20"),
        ("received", "2026-02-22"),
        ("booking", "2026-02-23"),
        ("handoff", "2026-02-27"),
    ]
    assert {row["full_name"] for row in found} == {"Vernon Ferreira"}
    assert (found[1]["reply_class"], found[2]["event_time"]) == ("reply", "2026-02-27T18:00:00")
    page = demo.told("explain", "Rockport Linen Supply")
    assert re.search(r"2026-02-23 08:00 +booking +Vernon Ferreira +meeting at 2026-02-27 18:00", page)


def test_a_slot_shows_since_when_its_holder_has_it(demo):
    ceo = story(demo, "Norwood Transit Lines")["slots"][0]
    assert (ceo["held_since"], ceo["filled_at"]) == ("2026-02-10T15:00:00", "2026-02-16T06:00:00")
    assert "2026-02-10 15:00" in demo.told("explain", "Norwood Transit Lines")


def test_slots_have_their_spells_and_companies_their_raw_rows(demo):
    found = story(demo, "Brightwater Foods Cooperative")
    cfo = next(slot for slot in found["slots"] if slot["role"] == "CFO")
    assert [slot["role"] for slot in found["slots"]] == ["CEO", "CFO", "HR"]
    assert [(spell["status"], spell["full_name"], spell["days"]) for spell in cfo["spells"]] == [
        ("filled", "Denise Kowal", 21),
        ("vacant", None, 21),
        ("filled", "Marcus Aldine", 14),
    ]
    assert [row["intake_id"] for row in found["intake"]] == ["c-0002"]
    upland = story(demo, "04.04.02.04.30000.029")
    assert [row["intake_id"] for row in upland["intake"]] == ["c-0029", "c-0030", "c-0149"]
    assert "PHONE_MISSING" in [remark["error_code"] for row in upland["intake"] for remark in row["remarks"]]


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("NO_OUTREACH_BAND", r"allowed from band 3 on, but the company is in band \d"),
        ("NO_VALID_SLOT", "none of the three seats is filled"),
        ("EMAIL_NOT_VERIFIED", "@.* is (gray|yellow|red), not green"),
        ("TOUCH_LIMIT", "as many messages in this episode as its band allows"),
        ("HANDED_OFF", "the company was handed over as a client"),
        ("IN_CONVERSATION", "somebody at the company answered"),
        ("SUPPRESSED_LEGAL_HOLD", "the company is stopped since .*: legal_hold"),
        ("SUPPRESSED_UNSUBSCRIBED", "messages to .*@.* are stopped since .*: unsubscribed"),
        ("SUPPRESSED_NEVER_CONTACT", "never_contact"),
        ("SUPPRESSED_COMPLAINED", "complained"),
        ("SUPPRESSED_HARD_BOUNCE", "hard_bounce"),
        (None, "nothing speaks against a persona_email to .* \\((CEO|CFO|HR)\\)"),
    ],
)
def test_every_decision_of_the_demo_is_shown_with_its_reason(demo, reason, words):
    decided = "select company_id from slotwatch.message_authorizations where denial_reason is not distinct from "
    companies = demo.column(decided + (f"'{reason}'" if reason else "null"))
    assert companies
    message = story(demo, companies[0])["message"]
    assert (message["denial_reason"], message["is_authorized"]) == (reason, reason is None)
    assert (message["queued"] is not None) == (reason is None)
    assert re.search(words, message["reason"]), message["reason"]


def test_a_company_in_cooling_off_shows_its_last_message(demo_nights):
    night = demo_nights["2026-02-16"]
    cools = "select company_id from slotwatch.message_authorizations where denial_reason = 'COOLING_OFF' limit 1"
    message = story(night, night.column(cools)[0])["message"]
    assert re.search(r"the last message went out at 2026-0\d-\d\d", message["reason"]), message["reason"]


# What would lift it


@pytest.fixture(scope="module")
def rules(demo) -> BandRules:
    """The rules as the demo's seeds have them."""
    with demo.reached(), reading() as rows:
        return band_rules(rows)


def test_every_listed_way_lifts_the_band_and_one_point_less_does_not(rules):
    for dol in (0, 3, 9, 10, 45, 70):
        for people in (0, 9, 20, 60):
            for blog in (0, 9, 19, 60, 200):
                magnitudes = {"DOL": dol, "PEOPLE": people, "BLOG": blog}
                state = band_of(magnitudes, rules)
                band = state["band"]
                found = lift(state, magnitudes, rules)
                assert {each["hub"] for each in [*found["ways"], *found["no_way"]]} == (
                    set(HUBS) if band < 5 else set()
                )
                assert band == 5 or "DOL" in {way["hub"] for way in found["ways"]}
                for way in found["ways"]:
                    hub, more = way["hub"], way["magnitude"]
                    assert band_of({**magnitudes, hub: magnitudes[hub] + more}, rules)["band"] == way["band"] > band
                    assert band_of({**magnitudes, hub: magnitudes[hub] + more - 1}, rules)["band"] <= band
                for each in found["no_way"]:
                    most = band_of({**magnitudes, each["hub"]: 1_000}, rules)
                    assert (most["band"], most["band_capped_by"]) == (band, each["cap"])


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (
            "Brightwater Foods Cooperative",
            ["is enough for band 3 TARGETED, but NO_DOL_CAP", "DOL 10 more (0 to 10, active"],
        ),
        ("Brightwater Foods Cooperative", ["PEOPLE alone cannot lift it: NO_DOL_CAP"]),
        (
            "Quince Hollow Cosmetics",
            ["Band 4 ENGAGED starts at 60; the total of 50 is 10 points short", "PEOPLE 12 more"],
        ),
        ("Quince Hollow Cosmetics", ["BLOG 19 more (0 to 19", "1 active domain can prove no more than band 3"]),
        ("Rosedale Ceramics", ["Band 5 DIRECT is the highest", "written to at band 3 at most"]),
    ],
)
def test_the_lift_is_described_in_words(demo, name, words):
    said = " ".join(story(demo, name)["lift"]["words"])
    assert [each for each in words if each not in said] == []


# How it looks


def test_a_pipe_gets_plain_text_of_one_width(demo, monkeypatch):
    pages = set()
    for columns in ("30", "80", "300"):
        monkeypatch.setenv("COLUMNS", columns)
        pages.add(demo.told("explain", "Rosedale Ceramics"))
    assert len(pages) == 1
    [page] = pages
    assert "\x1b" not in page and not re.search("[\u2500-\u259f]", page)
    assert [line for line in page.splitlines() if line != line.rstrip()] == []


def test_a_terminal_gets_colour_and_the_same_words(demo, monkeypatch):
    plain = demo.told("explain", "Rosedale Ceramics")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "250")
    coloured = demo.told("explain", "Rosedale Ceramics")
    assert "\x1b[" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured).split() == plain.split()


# Hostile names, on both engines


@pytest.fixture
def first_day(world):
    """The shared world after its first day, on each engine."""
    return world[DEMO_DAYS[0][:10]]


def test_odd_names_are_printed_as_they_are_on_both_engines(first_day):
    for key, name in ODD_NAMES.items():
        page = first_day.told("explain", f"odd-{key}.example")
        found = story(first_day, f"odd-{key}.example")
        assert page.splitlines()[0] == f"{name}  {found['company']['company_id']}"
        assert found["company"]["company_name"] == name
        assert story(first_day, name)["company"]["company_id"] == found["company"]["company_id"]
        assert found["band"]["band"] == 3 and found["band"]["lines"][0]["magnitudes"] == [45]
        assert found["slots"][0]["status"] == "filled" and found["proof"]["line_today"] in page
        assert found["message"]["denial_reason"] == "EMAIL_NOT_VERIFIED"
        assert found["message"]["reason"].startswith("no address of Jane")


def test_a_list_of_ids_is_compared_with_each_row(first_day):
    every = sorted(first_day.column("select company_id from slotwatch.companies"))
    with first_day.reached(), reading(first_day.target) as rows:
        for ids in ([], every[:1], [*every[:2], "nobody"], every):
            found = rows("select company_id from {marts}.companies where company_id = any(?)", ids)
            assert sorted(row["company_id"] for row in found) == [each for each in ids if each != "nobody"]


def test_candidates_and_refusals_are_the_same_on_both_engines(first_day):
    sentence, *candidates = refused(first_day, "twin peak")
    assert "2 companies have this in their name" in sentence
    assert [line.split()[1:3] for line in candidates] == [["twinor.example", "OR"], ["twinwa.example", "WA"]]
    for asked in ("'; drop table companies; --", "O'Brien {{ x }}", "100%s ?", "\x00"):
        assert len(refused(first_day, asked)) == 1
    assert "did you mean Twin Peak Bakers" in refused(first_day, "twyn peaks bakers")[0]


def test_an_empty_or_unreachable_postgres_database_gives_one_sentence(postgres_warehouse, demo):
    empty = postgres_warehouse(demo.raw)
    [sentence] = refused(empty, "Acme")
    assert "has not been built yet" in sentence and is_one_sentence(sentence)
    empty.database = "no_such_database"
    [sentence] = refused(empty, "Acme")
    assert "cannot be reached" in sentence and is_one_sentence(sentence)
