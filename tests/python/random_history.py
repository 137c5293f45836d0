"""Random raw histories, the same for the same seed. They contain many kinds of events, and a share of the rows is
hostile.

`random_history(seed)` gives rows for every table of the raw contract, for `warehouse_support.write_raw`. A table that a
seed leaves out is not in the result, a column that it leaves out is in none of the rows of its table.
"""

# ruff: noqa: RUF001 -- letters that look like others are the point

import datetime as dt
import json
import random
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

Row = dict[str, str | None]
Tables = dict[str, list[Row]]

DAYS = ("2026-01-05 06:00:00", "2026-01-26 06:00:00", "2026-02-16 06:00:00", "2026-03-02 06:00:00")
ROLES = ("CEO", "CFO", "HR")

# Columns of each table and what they hold; * is required, the first column is the id, `known` the knowledge time.
COMPANY = {
    "company_unique_id": "barton",
    "company_website": "url",
    "ein": "ein",
    "company_name": "name",
    "state": "state",
}
PERSON = {"person_unique_id": "barton", "linkedin_url": "linkedin", "email": "email", "full_name": "person"}
SCHEMA: dict[str, dict[str, str]] = {
    "checks": {
        "check_id": "id*",
        "target": "enum*",
        **COMPANY,
        **PERSON,
        "checked_at": "known*",
        "outcome": "text",
    },
    "resolution_verdicts": {
        "verdict_id": "id*",
        "entity_type": "enum*",
        "first_id": "id*",
        "second_id": "id*",
        "verdict": "enum*",
        "decided_by": "text",
        "decided_at": "known*",
    },
    "company_raw_intake": {
        "intake_id": "id*",
        "company_name": "name*",
        "ein": "ein",
        "industry": "text",
        "employee_count": "number",
        "revenue": "number",
        "website": "url",
        "linkedin_url": "linkedin",
        "news_url": "url",
        "phone": "phone",
        "address_line1": "text",
        "address_line2": "text",
        "city": "text",
        "state": "state",
        "postal_code": "postal",
        "country": "text",
        "renewal_month": "number",
        "renewal_notice_window_days": "number",
        "source": "text*",
        "uploaded_at": "known*",
        "promoted_to_unique_id": "barton",
        "outreach_id": "uuid",
        "last_site_checked_at": "time",
        "last_linkedin_checked_at": "time",
        "last_news_checked_at": "time",
    },
    "people_raw_intake": {
        "intake_id": "id*",
        "full_name": "person",
        "first_name": "text",
        "last_name": "text",
        "title": "title",
        "email": "email",
        "phone": "phone",
        "linkedin_url": "linkedin",
        "company_unique_id": "barton",
        "company_website": "url",
        "company_name": "name",
        "state": "state",
        "source": "text*",
        "uploaded_at": "known*",
        "promoted_to_unique_id": "barton",
        "last_profile_checked_at": "time",
    },
    "slot_assignments": {
        "assignment_id": "id*",
        **COMPANY,
        "role": "enum*",
        **PERSON,
        "status": "enum*",
        "effective_at": "time*",
        "recorded_at": "known*",
        "source": "text",
    },
    "email_verification": {
        "verification_id": "id*",
        "email": "email*",
        "email_status": "enum*",
        "confidence": "number",
        "provider": "text",
        "source_url": "url",
        "verified_at": "known*",
    },
    "contact_enrichment": {
        "enrichment_id": "id*",
        **PERSON,
        **COMPANY,
        "agent_name": "text",
        "enrichment_type": "text",
        "status": "enum",
        "started_at": "known*",
        "completed_at": "time",
    },
    "talent_flow_movements": {
        "movement_id": "id*",
        **PERSON,
        "movement_type": "enum*",
        "old_company_unique_id": "barton",
        "old_company_website": "url",
        "new_company_unique_id": "barton",
        "new_company_website": "url",
        "old_title": "title",
        "new_title": "title",
        "confidence_score": "number",
        "detected_source": "text",
        "detected_at": "known*",
    },
    "form_5500": {
        "ack_id": "id*",
        "spons_dfe_ein": "ein*",
        "sponsor_dfe_name": "name",
        "spons_dfe_pn": "number",
        "plan_name": "text",
        "form_plan_year_begin_date": "time",
        "form_tax_prd": "time",
        "date_received": "known*",
        "tot_active_partcp_cnt": "number",
        "sch_a_attached_ind": "number",
        "num_sch_a_attached_cnt": "number",
    },
    "schedule_a": {
        "ack_id": "id*",
        "form_id": "id",
        "ins_carrier_name": "carrier",
        "ins_carrier_ein": "ein",
        "ins_contract_num": "text",
        "ins_prsn_covered_eoy_cnt": "number",
        "ins_policy_from_date": "time",
        "ins_policy_to_date": "time",
        "ins_broker_comm_tot_amt": "number",
        "ins_broker_fees_tot_amt": "number",
        "wlfr_tot_charges_paid_amt": "number",
        "wlfr_bnft_health_ind": "number",
    },
    "schedule_a_brokers": {
        "ack_id": "id*",
        "form_id": "id",
        "row_order": "id",
        "ins_broker_name": "carrier",
        "ins_broker_comm_pd_amt": "number",
        "ins_broker_fees_pd_amt": "number",
    },
    "schedule_h": {"ack_id": "id*", "emplr_contrib_income_amt": "number"},
    "blog_articles": {
        "article_id": "id*",
        **COMPANY,
        "event_type": "enum*",
        "title": "text",
        "url": "url",
        "confidence": "number",
        "published_at": "known*",
    },
    "bit_signal": {
        "signal_id": "id*",
        **COMPANY,
        **PERSON,
        "signal_type": "enum*",
        "signal_strength": "number",
        "payload": "json",
        "detected_at": "known*",
        "processed_at": "time",
    },
    "campaign": {"campaign_id": "id*", "name": "text*", "created_at": "known*", "updated_at": "time"},
    "campaign_contact": {
        "campaign_contact_id": "id*",
        "campaign_id": "id*",
        **PERSON,
        **COMPANY,
        "created_at": "known*",
    },
    "message_log": {
        "message_log_id": "id*",
        "campaign_id": "id",
        **COMPANY,
        **PERSON,
        "direction": "enum*",
        "channel": "enum*",
        "message_kind": "enum",
        "subject": "text",
        "body": "text",
        "sent_at": "known*",
    },
    "booking_event": {
        "booking_event_id": "id*",
        **COMPANY,
        **PERSON,
        "event_time": "time",
        "source": "text",
        "created_at": "known*",
    },
    "ac_handoff": {"handoff_id": "id*", **COMPANY, **PERSON, "notes": "text", "created_at": "known*"},
    "suppression": {
        "suppression_id": "id*",
        **COMPANY,
        "email": "email",
        "reason": "enum*",
        "expires_at": "time",
        "created_at": "known*",
    },
}
NEVER_LEFT_OUT = ("company_raw_intake", "people_raw_intake", "form_5500", "email_verification")

KEYS = (("ein", "website", "linkedin"), ("ein", "website"), ("website",), ("ein",), ("linkedin",))
FIRST_WORDS = (
    "Alder",
    "Birch",
    "Cedar",
    "Délta",
    "Ember",
    "Fox",
    "Großmann",
    "Harbor",
    "Iron",
    "Juniper",
    "Krüger",
    "Łódź",
)
SECOND_WORDS = ("Bay", "Creek", "Field", "Hollow", "Point", "Ridge", "Stone", "Vale")
TRADES = ("Foods", "Freight", "Labs", "Mills", "Plastics", "Robotics", "Textiles", "Tooling")
SUFFIXES = ("", "", " Inc.", ", Inc", " LLC", " L.L.C.", " Co", " Corporation", " GmbH")
GIVEN = {
    "David": "Dave",
    "Robert": "Bob",
    "Elizabeth": "Liz",
    "Katherine": "Kate",
    "William": "Bill",
    "José": "Pepe",
    "Renée": "Renée",
    "Margaret": "Peggy",
    "Jean-Luc": "Jean-Luc",
    "İpek": "İpek",
    "Anna": "Ann",
    "Zoë": "Zoë",
}
FAMILY = (
    "Ashdown",
    "O'Neill",
    "Müller",
    "Strauß",
    "van der Berg",
    "Castellan",
    "Dvořák",
    "Haskell",
    "Ibáñez",
    "McKay",
    "Núñez-Ortiz",
    "Rasmussen",
    "Smith",
    "Ørsted",
)
TITLES = {
    "CEO": (
        "CEO",
        "Chief Executive Officer",
        "President",
        "Founder & CEO",
        "Owner",
        "Managing Director",
        "interim ceo",
    ),
    "CFO": (
        "CFO",
        "Chief Financial Officer",
        "VP Finance",
        "V.P. of Finance",
        "Controller",
        "Treasurer",
        "Senior VP & CFO",
    ),
    "HR": (
        "CHRO",
        "Chief People Officer",
        "HR Director",
        "Director, HR",
        "HR Manager",
        "Benefits Manager",
        "Head of People",
    ),
    "": (
        "Plant Manager",
        "Former CFO",
        "Assistant to the CEO",
        "VP Sales",
        "Quality Controller",
        "Technical Recruiter",
    ),
}
STATES = {"OH": "Ohio", "TX": "Tex.", "CA": "Calif.", "NY": "new york", "WA": " wa ", "AR": "Ark."}
INDUSTRIES = ("Plastics", "Food processing", "31-33", "Logistics & freight")
CARRIERS = {
    "Aetna": ("AETNA LIFE INSURANCE COMPANY", "Aetna Life Ins. Co.", "aetna life insurance co"),
    "Cigna": ("CIGNA HEALTH AND LIFE INSURANCE CO", "Cigna Health & Life Insurance Company"),
    "Tallgrass": ("TALLGRASS MUTUAL", "Tallgrass  Mutual, Inc."),
    "Delta": ("DELTA DENTAL OF OHIO", "Delta Dental Of Ohio, INC"),
    "Kaiser": ("KAISER FOUNDATION HEALTH PLAN", "Kaiser Foundation Health Plan, Inc."),
}
CARRIER_EINS = {"Aetna": "066033492", "Cigna": "06-0303370"}
BROKERS = {
    "Sunflower": ("SUNFLOWER PLAN PARTNERS", "Sunflower Plan Partners, LLC"),
    "Copper": ("COPPER STATE BENEFIT DESK", "Copper State Benefit Desk Inc"),
    "Lockton": ("LOCKTON COMPANIES", "Lockton Companies, LLC"),
    "Gallagher": ("ARTHUR J GALLAGHER & CO", "Arthur J. Gallagher and Co."),
}
EVENT_TYPES = (
    "FUNDING_EVENT",
    "ACQUISITION",
    "LEADERSHIP_CHANGE",
    "EXPANSION",
    "LAYOFF",
    "PRODUCT_LAUNCH",
    "PARTNERSHIP",
    "NEGATIVE_NEWS",
)
SIGNAL_TYPES = (
    "website",
    "linkedin",
    "hiring",
    "email_open",
    "email_click",
    "linkedin_view",
    "linkedin_click",
    "site_visit",
    "form_fill",
    "content_download",
    "reply",
    "meeting_booked",
    "phone_answered",
    "funding_raised",
    "job_postings",
    "executive_movement",
    "renewal_window_open_120d",
)
MOVEMENT_TYPES = ("hire", "departure", "promotion", "transfer", "role_change")
EMAIL_STATUSES = (*("valid",) * 9, "risky", "invalid", "unknown", "catch_all", "green", "grey")
REASONS = (
    "unsubscribed",
    "hard_bounce",
    "complained",
    "never_contact",
    "legal_hold",
    "customer_requested",
    "cooldown",
)

# Values that break programs.
LONG_TEXT = "Lorem 'ipsum', \"dolor\"; " * 130  # some 3,000 characters
TEXTS = (
    "it's",
    'say "hi", they said',
    "a,b;c\td",
    "line one\nline two",
    "line one\r\nline two\rline three",
    "back\\slash \\. \\N \\n",
    "'; drop table slots; --",
    "{{ jinja }} {% raw %} ${x} {0} %s %(a)s",
    "<script>alert(1)</script> &amp; &#39; <b>",
    "emoji 🙂👩‍👩‍👧 🇩🇪",
    "e\u0301 combining, Z\u0335\u0310 marks",
    "Straße STRASSE ẞ",
    "İstanbul ıstanbul ISTANBUL istanbul",
    "Ǆ ǅ ǆ ŉ ﬁ",
    "no\u00a0break",
    "zero\u200bwidth\u200d joined\ufeff",
    "\u202eright to left\u202c שלום مرحبا",
    "  leading and trailing \t",
    "\u00a0\u2003odd blanks\u2003\u00a0",
    "a-b",
    "A B",
    "_x",
    "É",
    "zeta",
    "Zeta",
    "10",
    "9",
    "null",
    "NaN",
    "n/a",
    "true",
    "\\x41",
    "$$",
    "%",
    "_",
    "漢字 ひらがな",
    "Ω ω ς Σ",
    LONG_TEXT,
    "",
)
ID_STEMS = ("a-b", "A B", "_x", "É", "e\u0301", "zeta", "Zeta", "10", "9", "ß", "İ", "🙂", "'q'", "a|b", "-", "~")
NUMBERS = (
    "1,234.50",
    "$514,405.0",
    "(12.5)",
    "-12.5",
    "+7",
    "1.2M",
    "3 MM",
    "40k",
    "2B",
    "n/a",
    "1e5",
    "12345678901234567890",
    "9999999999999.99999999",
    "٣٤",
    "１２",
    "½",
    "0.125",
    "2.675",
    "1.005",
    "0.005",
    "-0.005",
    "0.000000001",
    "1.",
    ".5",
    "-0",
    "007",
    "1,23",
    "12,34,567",
    "1 000",
    "€ 12",
    "US$5",
    "0",
    "13",
    "101",
    "100.0",
    "NaN",
    "Infinity",
    "0x1F",
    "--1",
    "()",
    " 55 ",
    "1_000",
    "",
)
UNREADABLE_TIMES = (
    "31/31/2026",
    "2026-02-30",
    "2026-02-29 05:00:00",
    "2/29/2026",
    "2026-01-05 24:00:00",
    "2026-01-05 23:59:60",
    "2026-01-05 25:61:00",
    "0000-01-01",
    "0000-00-00 00:00:00",
    "2026-1-5",
    "20260105",
    "1767589200",
    "yesterday",
    "1/5/2026 13:00 PM",
    "1/5/2026 0:30 AM",
    "1/5/26",
    "5.1.2026",
    "2026-01-05T06:00:00+25:00",
    "2026-01-05 06:00:00 CET",
    "2026-01-05 06:00:00 +99:99",
    "2026-01-05T06",
    "10000-01-01",
    "Jan 5, 2026",
    "2026/01/05",
    "２０２６-01-05",
    "",
)
EDGE_TIMES = (
    "0001-01-01",
    "1/1/0001",
    "1582-10-10",
    "1900-02-28",
    "1969-12-31 23:59:59.999999",
    "1970-01-01T00:00:00Z",
    "2024-02-29",
    "2026-03-29 02:30:00",  # a night without this hour in much of Europe
    "0001-01-01 00:00:00+14",
)
FUTURE_TIMES = (
    "9999-12-31",
    "9999-12-31 23:59:59.999999",
    "12/31/9999 11:59 PM",
    "2027-01-01",
    "2262-04-12",
    "9999-12-31 23:59:59-14:00",
)
JSON_TEXTS = (
    '{"page": "benefits"}',
    '{"a": {"b": [1, 2, {"c": null}]}, "d": true}',
    '{"text": "\\u00e9\\ud83d\\ude42 \\"quoted\\" \\\\ \\/"}',
    '{"a": 1, "a": 2}',
    '{ "spaced" :  [ 1 ,2 ] }',
    "[1, 2, 3]",
    "[]",
    "{}",
    "5",
    "1e400",
    "-0.0",
    "12345678901234567890.123456789",
    '"bare"',
    "null",
    "true",
    "{broken",
    '{"a": 1,}',
    "{'a': 1}",
    "{a: 1}",
    "NaN",
    '{"a": NaN}',
    "[1] trailing",
    '{"emoji": "🙂", "nl": "\\n"}',
    '{"raw newline": "a\nb"}',
    "not json at all",
    '{"\\ud800": 1}',
    "",
)
EINS = (
    "00-0000000",
    "111111111",
    "12345678",
    "1234567",
    "12-34567",
    "123-45-6789",
    "EIN 12-3456789",
    "123456789.0",
    "n/a",
)
EMAILS = (
    "info@{domain}",
    "no-reply@{domain}",
    "a@{domain}; b@{domain}",
    "x@gmail.com, sales.lead@{domain}",
    "MiXeD.Case@{DOMAIN}",
    "<odd@{domain}>",
    "mailto:odd@{domain}",
    "not an address",
    "two@@{domain}",
    "ü@{domain}",
    "o'neill@{domain}",
    "dot.@{domain}",
    "test@{domain}",
    " blank@{domain} ",
    "a@b",
)
URLS = (
    "http://www.{domain}/about?x=1#y",
    "HTTPS://{DOMAIN}:8080",
    "{domain}.",
    "www.{domain}",
    "sub.{domain}",
    "https://facebook.com/{domain}",
    "https://sites.google.com/view/x",
    "https://linkedin.com/company/x",
    "http://",
    "not a url",
    "https://münchen.example",
    "https://xn--mnchen-3ya.example",
    "https://user:pw@{domain}/",
    "//{domain}/path",
    "http://192.168.0.1",
    "https://{domain}/a b'c\"d",
    "javascript:alert(1)",
)
LINKEDINS = (
    "linkedin.com/in/shared-profile",
    "https://de.linkedin.com/in/Shared-Profile/?x=1",
    "https://www.linkedin.com/company/shared",
    "https://www.linkedin.com/in/ren%C3%A9e",
    "https://www.linkedin.com/in/renée",
    "https://www.linkedin.com/",
    "linkedin",
)
PHONES = (
    "(614) 555-0100 ext. 12",
    "+44 20 7946 0958",
    "555-0100",
    "1-800-FLOWERS",
    "000",
    "+1 614.555.0100 x9",
    "n/a",
    "６１４５５５０１００",
)
NAMES = (
    "n/a",
    "Test Company",
    "X",
    "AB",
    "The & Co",
    "Inc.",
    "...",
    "the the Company, Inc., LLC",
    "A&B Co",
    "A and B Company",
    "Ａｌｄｅｒ Bay Foods",
    "🙂 Labs",
)
PEOPLE = (
    "Test Test",
    "n/a",
    "Cher",
    "Anna Smith/William McKay",
    "Anna Smith and William McKay",
    "Smith, Anna",
    "Dr. Anna Smith, PhD, CPA",
    "Anna Smith Jr",
    "Anna Smith III",
    "ANNA  SMITH",
    "Anna&nbsp;Smith",
    "Anna O&#39;Neill",
    "A. Smith",
    "Anna 'Ann' Smith",
    "Anna (Ann) Smith",
    "info@x.example",
    "安娜 王",
    "Anna\u00a0Smith",
    "Anna\u200bSmith",
)
ODD_TITLES = (
    "",
    "C.E.O.",
    "ceo/cfo",
    "Président",
    "CEO\n& Chair",
    "co-ceo",
    "Ex-CEO",
    "hr",
    "vp",
    "CFO 🙂",
    "ＣＥＯ",
    "Chief  Financial\tOfficer",
)
ZIPS = ("1234", "02139-1234", "021391234", "K1A 0B1", "00000", "2139.0", "n/a")
BARTONS = (
    "04.04.02.04.30000.000",
    "04.04.02.04.20000.001",
    "04.04.02.04.30000.1",
    "04.04.02.04.3000O.001",
    "4.4.2.4.30000.001",
    "04-04-02-04-30000-001",
    " 04.04.02.04.30000.002 ",
    "٠٤.04.02.04.30000.002",
    "99.99.99.99.99999.999",
    "not an id",
)
UUIDS = (
    "not a uuid",
    "00000000-0000-0000-0000-000000000000",
    "{5c1f3a52-0b3f-4c83-9a55-0d6e0a5d7d11}",
    "5C1F3A52-0B3F-4C83-9A55-0D6E0A5D7D11",
)


@dataclass
class Person:
    """A person, with the values that sources may give."""

    first: str
    last: str
    middle: str
    email: str | None
    linkedin: str | None
    phone: str | None
    given_id: str | None


@dataclass
class Company:
    """A company with its seats and plans."""

    name: str
    state: str
    ein: str
    domain: str
    linkedin: str | None
    phone: str
    renewal_month: int | None
    notice_days: int | None
    given_id: str | None
    outreach_id: str | None
    keys: tuple[str, ...]  # which of ein, website and linkedin are in intake
    since: int  # the build day from which it is known
    seats: dict[str, Person | None] = field(default_factory=dict)
    staff: list[Person] = field(default_factory=list)
    carriers: list[str] = field(default_factory=list)
    broker: str = "Lockton"
    is_calm: bool = False  # its plans and seats rarely change
    is_courted: bool = False  # it gets many messages


def random_history(
    seed: int, companies: int = 30, days: Sequence[str] = DAYS, hostile: float = 0.33, nul: bool = False
) -> Tables:
    """Raw rows of companies over build days. `hostile` is the share of rows with odd values; 0 gives a clean history.

    With `nul`, some texts hold NUL characters. Some seeds leave a table or optional columns out, when hostile.
    """
    return History(random.Random(seed), companies, days, hostile, nul).tables()


def hostile_history(seed: int, companies: int = 20, days: Sequence[str] = DAYS, nul: bool = False) -> Tables:
    """A history in which most rows hold something odd."""
    return random_history(seed, companies, days, hostile=0.75, nul=nul)


class History:
    """Generates the history day by day and writes the rows that the sources would write."""

    def __init__(self, dice: random.Random, companies: int, days: Sequence[str], hostile: float, nul: bool) -> None:
        self.dice = dice
        self.days = [dt.datetime.fromisoformat(day) for day in days]
        self.hostile = hostile
        self.nul = nul
        self.rows: Tables = {table: [] for table in SCHEMA}
        self.counts = dict.fromkeys(SCHEMA, 0)
        self.companies: list[Company] = []
        for number in range(companies):
            self.companies.append(self.new_company(number))
        self.campaigns: list[str] = []

    def tables(self) -> Tables:
        """The whole history, each table in random order."""
        for day in range(len(self.days)):
            self.run_campaigns(day)
            for company in self.companies:
                if company.since <= day:
                    self.live(company, day)
            self.decide(day)
        self.hold_ids_twice()
        if self.chance(self.hostile * 0.75):
            self.leave_out()
        for rows in self.rows.values():
            self.dice.shuffle(rows)
        return self.rows

    # Chance

    def chance(self, share: float) -> bool:
        """True with this probability."""
        return self.dice.random() < share

    def pick(self, things: Sequence[Any]) -> Any:
        """One of these."""
        return self.dice.choice(things)

    def maybe(self, share: float, thing: Any) -> Any:
        """This value with this probability, else None."""
        return thing if self.chance(share) else None

    def moment(self, day: int) -> dt.datetime:
        """A time after the previous build and not after this one; often the same time, so that tie-breaks decide."""
        end = self.days[day]
        start = self.days[day - 1] if day else end - dt.timedelta(days=60)
        if self.chance(0.4):
            return end - dt.timedelta(hours=1)
        hours = max(1, int((end - start).total_seconds() // 3600))
        return end - dt.timedelta(hours=self.dice.randrange(hours), minutes=self.pick([0, 0, 30]))

    # People and companies

    def new_company(self, number: int) -> Company:
        """A company; some share the name or the domain of one before, in another state and with another EIN."""
        twin = self.pick(self.companies) if self.companies and self.chance(0.15) else None
        shares_name = twin is not None and self.chance(0.5)
        name = twin.name if shares_name else f"{self.pick(FIRST_WORDS)} {self.pick(SECOND_WORDS)} {self.pick(TRADES)}"
        slug = f"{ascii_letters(name)}{number}"
        return Company(
            name=name,
            state=self.pick(sorted(STATES)),
            ein=f"{self.dice.randrange(10_0000000, 99_0000000)}",
            domain=twin.domain if twin and not shares_name else f"{slug}.example",
            linkedin=self.maybe(0.5, f"https://www.linkedin.com/company/{slug}"),
            phone=f"614-555-{self.dice.randrange(100, 200):04d}",
            renewal_month=self.maybe(0.7, self.dice.randrange(1, 13)),
            notice_days=self.pick([None, 30, 60, 120, 180]),
            given_id=self.maybe(0.2, f"04.04.02.04.30000.{500 + number:03d}"),
            outreach_id=self.maybe(0.2, f"{self.dice.getrandbits(32):08x}-0000-4000-8000-{number:012d}"),
            keys=self.pick(KEYS),
            since=0 if number < 3 or self.chance(0.75) else self.dice.randrange(len(self.days)),
            seats=dict.fromkeys(ROLES),
            carriers=self.dice.sample(sorted(CARRIERS), k=3),
            broker=self.pick(sorted(BROKERS)),
            is_calm=self.chance(0.6),
            is_courted=self.chance(0.15),
        )

    def new_person(self, company: Company) -> Person:
        """A new person at a company, sometimes with the name of another person."""
        first, last = self.pick(sorted(GIVEN)), self.pick(FAMILY)
        mailbox = f"{ascii_letters(first)[:1]}.{ascii_letters(last)}"
        number = self.counts["people_raw_intake"]
        person = Person(
            first=first,
            last=last,
            middle=self.pick(["", "", "M.", "James"]),
            email=self.maybe(0.85, f"{mailbox}{self.pick(['', number])}@{company.domain}"),
            linkedin=self.maybe(0.6, f"https://www.linkedin.com/in/{ascii_letters(first + last)}{number}"),
            phone=self.maybe(0.5, f"614-555-{self.dice.randrange(100, 200):04d}"),
            given_id=self.maybe(0.1, f"04.04.02.04.20000.{500 + number % 500:03d}"),
        )
        company.staff.append(person)
        return person

    def spelled(self, person: Person) -> str:
        """The name in one of the ways in which sources write it."""
        full = f"{person.first} {person.last}"
        return self.pick(
            [
                full,
                full,
                f"{person.first} {person.middle} {person.last}".replace("  ", " "),
                full.upper(),
                f"{GIVEN[person.first]} {person.last}",
                f"Dr. {full}, CPA",
                f"{person.last}, {person.first}",
                f"{person.first}\u00a0{person.last}",
                unicodedata.normalize("NFD", full),
            ]
        )

    # What happens

    def live(self, company: Company, day: int) -> None:
        """The events of one company until a build."""
        if day == company.since:
            self.found(company, day)
        else:
            if self.chance(0.25):
                self.see_company(company, day)
            for role in ROLES:
                if not company.is_calm or self.chance(0.25):
                    self.change_seat(company, role, day)
            if self.chance(0.03 if company.is_calm else 0.15):
                year = self.days[0].year - self.pick([2, 3])
                self.file_plan(company, self.pick(["501", "502"]), year, 1.3, self.moment(day))
        if self.chance(0.4):
            self.see_person(company, self.someone(company), "", day)
        self.verify(company, day)
        self.make_news(company, day)
        self.make_contact(company, day)

    def found(self, company: Company, day: int) -> None:
        """The first rows of a company: lists that name it, the people in its seats, its plans."""
        for _ in range(self.dice.randrange(1, 4)):
            self.see_company(company, day)
        for role in ROLES:
            if self.chance(0.7):
                self.fill(company, role, day)
        for plan in [*self.pick([["501"], ["501"], ["501", "502"], [None]])]:
            self.file_three_years(company, plan)

    def see_company(self, company: Company, day: int) -> None:
        """A row of a list of companies."""
        known = company.keys
        if self.chance(0.25):  # on the first day other keys may make it a separate company; later all keys join the two
            known = self.pick(KEYS) if day == company.since else KEYS[0]
        self.add(
            "company_raw_intake",
            company_name=self.company_name(company),
            ein=f"{company.ein[:2]}-{company.ein[2:]}" if "ein" in known else None,
            industry=self.maybe(0.8, self.pick(INDUSTRIES)),
            employee_count=self.maybe(0.8, f"{self.dice.randrange(20, 5000):,}"),
            revenue=self.maybe(0.5, f"{self.dice.randrange(1, 900)}.{self.dice.randrange(1000):03d}M"),
            website=self.website(company) if "website" in known else None,
            linkedin_url=company.linkedin if "linkedin" in known else None,
            news_url=self.maybe(0.3, f"https://{company.domain}/news"),
            phone=self.maybe(0.8, company.phone),
            address_line1=self.maybe(0.7, f"{self.dice.randrange(1, 999)} Main St"),
            address_line2=self.maybe(0.2, "Suite 5"),
            city=self.maybe(0.7, "Columbus"),
            state=self.maybe(0.85, self.state(company)),
            postal_code=self.maybe(0.7, f"{self.dice.randrange(501, 99950):05d}"),
            country="US",
            renewal_month=str(company.renewal_month) if company.renewal_month and self.chance(0.7) else None,
            renewal_notice_window_days=str(company.notice_days) if company.notice_days else None,
            source=self.pick(["partner_list", "upload", "crm"]),
            uploaded_at=self.moment(day),
            promoted_to_unique_id=self.maybe(0.5, company.given_id),
            outreach_id=self.maybe(0.5, company.outreach_id),
            last_site_checked_at=self.maybe(0.4, self.moment(day)),
            last_linkedin_checked_at=self.maybe(0.3, self.moment(day)),
            last_news_checked_at=self.maybe(0.2, self.moment(day)),
        )

    def see_person(self, company: Company, person: Person, role: str, day: int) -> None:
        """A row of a list of people, with a title of a role."""
        in_two_fields = self.chance(0.15)
        self.add(
            "people_raw_intake",
            **self.company_reference(company),
            full_name=None if in_two_fields else self.spelled(person),
            first_name=person.first if in_two_fields else None,
            last_name=person.last if in_two_fields else None,
            title=self.maybe(0.95, self.pick(TITLES[role])),
            email=self.maybe(0.8, person.email),
            phone=self.maybe(0.6, person.phone),
            linkedin_url=self.maybe(0.7, person.linkedin),
            source=self.pick(["partner_list", "profile_finder"]),
            uploaded_at=self.moment(day),
            promoted_to_unique_id=self.maybe(0.5, person.given_id),
            last_profile_checked_at=self.maybe(0.3, self.moment(day)),
        )

    def change_seat(self, company: Company, role: str, day: int) -> None:
        """Randomly, a seat is filled, left or taken over, or its holder is seen under another spelling."""
        holder = company.seats[role]
        if holder is None:
            if self.chance(0.45):
                self.fill(company, role, day)
            return
        what = self.dice.random()
        if what < 0.2:
            self.vacate(company, role, day)
        elif what < 0.4:
            self.vacate(company, role, day)
            self.fill(company, role, day)
        elif what < 0.55:
            self.see_person(company, holder, role, day)

    def fill(self, company: Company, role: str, day: int) -> None:
        """A person takes a seat: a new person, or a holder of another seat in the company."""
        person = self.someone(company) if self.chance(0.15) else self.new_person(company)
        company.seats[role] = person
        if self.chance(0.75):
            self.see_person(company, person, role, day)
            if self.chance(0.3):
                self.see_person(company, person, role, day)
        else:
            self.assign(company, person, role, "filled", day)
        if day and self.chance(0.4):
            self.move(company, person, "hire", role, day)

    def vacate(self, company: Company, role: str, day: int) -> None:
        """The holder leaves the seat in one of the ways the rules know."""
        person = company.seats[role] or self.someone(company)
        company.seats[role] = None
        way = self.dice.randrange(5)
        if way <= 1:
            self.move(company, person, "departure", role, day)
        elif way == 2:
            self.assign(company, self.maybe(0.5, person), role, "vacant", day)
        elif way == 3:
            self.see_person(company, person, "", day)
        else:
            self.see_person(self.pick(self.companies), person, role, day)

    def assign(self, company: Company, person: Person | None, role: str, status: str, day: int) -> None:
        """A statement about a seat."""
        recorded = self.moment(day)
        self.add(
            "slot_assignments",
            **self.references(company, person),
            role=role,
            status=status,
            effective_at=recorded + dt.timedelta(days=self.pick([0, 0, -3, 10])),
            recorded_at=recorded,
            source="account_team",
        )

    def move(self, company: Company, person: Person, kind: str, role: str, day: int) -> None:
        """A movement that the press reports."""
        title = self.pick(TITLES[role])
        other = self.maybe(0.3, self.pick(self.companies))
        new, old = (other, company) if kind == "departure" else (company, other)
        score = self.dice.randrange(60, 101)
        self.add(
            "talent_flow_movements",
            **self.person_reference(person),
            movement_type=kind,
            **{f"old_{key}": value for key, value in self.short_reference(old).items()},
            **{f"new_{key}": value for key, value in self.short_reference(new).items()},
            old_title=self.maybe(0.9, title if kind == "departure" else self.pick(TITLES[""])),
            new_title=self.maybe(0.9, title),
            confidence_score=self.pick([str(score), f"{score / 100:.2f}", f"{score}.5"]),
            detected_source="press_watch",
            detected_at=self.moment(day),
        )

    def verify(self, company: Company, day: int) -> None:
        """Checks of addresses: of most new addresses, and again of some old ones."""
        for person in company.staff:
            if person.email and self.chance(0.85 if day == company.since else 0.3):
                self.add(
                    "email_verification",
                    email=self.pick([person.email, person.email.upper()]),
                    email_status=self.pick(EMAIL_STATUSES),
                    confidence=str(self.dice.randrange(101)),
                    provider=self.pick(["mailcheck", "pingbox"]),
                    source_url=self.maybe(0.3, f"https://{company.domain}/team"),
                    verified_at=self.moment(day),
                )

    def make_news(self, company: Company, day: int) -> None:
        """Articles, signals and movements."""
        if self.chance(0.4):
            event = self.pick(EVENT_TYPES)
            self.add(
                "blog_articles",
                **self.company_reference(company),
                event_type=event,
                title=f"{company.name}: {event.lower()}",
                url=f"https://news.example/{self.counts['blog_articles']}",
                confidence=self.pick(["0.75", "0.7499", "0.9", "1", "0.5", ".8"]),
                published_at=self.moment(day),
            )
        for _ in range(self.pick([0, 0, 1, 2, 3])):
            self.add(
                "bit_signal",
                **self.references(company, self.maybe(0.6, self.someone(company))),
                signal_type=self.pick(SIGNAL_TYPES),
                signal_strength=str(self.dice.randrange(1, 11)),
                payload=self.maybe(0.6, self.payload()),
                detected_at=self.moment(day),
                processed_at=self.maybe(0.3, self.moment(day)),
            )
        if self.chance(0.2):
            self.move(company, self.someone(company), self.pick(MOVEMENT_TYPES), self.pick(["", *ROLES]), day)

    def payload(self) -> str:
        """A JSON text; when hostile, often an odd one or none."""
        if self.chance(self.hostile):
            return self.pick(JSON_TEXTS)
        return json.dumps({"page": self.pick(["benefits", "über uns"])})

    def make_contact(self, company: Company, day: int) -> None:
        """Jobs, messages, bookings, handoffs, suppressions."""
        person = self.someone(company)
        if self.chance(0.3):
            self.add(
                "contact_enrichment",
                **self.references(company, person),
                agent_name="profile_finder",
                enrichment_type=self.pick(["profile", "email"]),
                status=self.pick(["pending", "running", "completed", "failed"]),
                started_at=self.moment(day),
                completed_at=self.maybe(0.6, self.moment(day)),
            )
        for _ in range(self.pick([2, 3, 4] if company.is_courted else [0, 0, 0, 0, 1])):
            self.add(
                "message_log",
                **self.references(company, self.maybe(0.8, person)),
                campaign_id=self.maybe(0.7, self.pick(self.campaigns)),
                direction=self.pick(["outbound", "outbound", "inbound"]),
                channel=self.pick(["email", "email", "linkedin", "phone", "other"]),
                message_kind=self.pick([None, "persona", "persona", "educational"]),
                subject="Your renewal calendar",
                body=self.maybe(0.3, "Hello,\n\nthe record shows..."),
                sent_at=self.moment(day),
            )
        if self.chance(0.12):
            self.add(
                "booking_event",
                **self.references(company, person),
                event_time=self.moment(day) + dt.timedelta(days=5),
                source="calendar_link",
                created_at=self.moment(day),
            )
        if self.chance(0.08):
            self.add("ac_handoff", **self.references(company, person), notes="Asked", created_at=self.moment(day))
        if self.chance(0.08):
            self.suppress(company, person, day)
        if self.chance(0.1):
            self.add(
                "checks",
                **self.references(company, person),
                target=self.pick(["website", "linkedin", "news", "profile"]),
                checked_at=self.moment(day),
                outcome=self.pick(["ok", "gone", None]),
            )

    def decide(self, day: int) -> None:
        """Verdicts of reviewers on rows of companies and people, some of them nonsense."""
        for entity_type, table in (("company", "company_raw_intake"), ("person", "people_raw_intake")):
            ids = [row["intake_id"] for row in self.rows[table] if row["intake_id"]]
            for _ in range(2 if ids else 0):
                self.add(
                    "resolution_verdicts",
                    entity_type=entity_type,
                    first_id=self.pick(ids),
                    second_id=self.pick([*ids[-40:], "nobody"]),
                    verdict=self.pick(["same", "different", "different"]),
                    decided_by="kim",
                    decided_at=self.moment(day),
                )

    def suppress(self, company: Company, person: Person, day: int) -> None:
        """A suppression of a person or a whole company, with or without an end."""
        created = self.moment(day)
        reference = self.company_reference(company) if person.email is None or self.chance(0.5) else {}
        self.add(
            "suppression",
            **reference,
            email=None if reference and self.chance(0.5) else person.email,
            reason=self.pick(REASONS),
            expires_at=self.maybe(0.6, created + dt.timedelta(days=self.pick([7, 21, 90]))),
            created_at=created,
        )

    def run_campaigns(self, day: int) -> None:
        """A new campaign and contacts for it."""
        self.campaigns.append(
            self.add(
                "campaign",
                name=f"Campaign {day}",
                created_at=self.moment(day),
                updated_at=self.maybe(0.5, self.moment(day)),
            )
        )
        for company in self.companies:
            if company.staff and self.chance(0.2):
                self.add(
                    "campaign_contact",
                    **self.references(company, self.someone(company)),
                    campaign_id=self.pick(self.campaigns),
                    created_at=self.moment(day),
                )

    def someone(self, company: Company) -> Person:
        """One of the people of a company."""
        return self.pick(company.staff) if company.staff else self.new_person(company)

    # Plans

    def file_three_years(self, company: Company, plan: str | None) -> None:
        """Filings of a plan for three years; some arrive between the builds or expire between them or are amended."""
        cost = 1.0
        begin_month = self.pick([1, 1, 7])
        first, last = self.days[0].year - 4, self.days[0].year - 2
        for year in range(first, last + 1):
            cost *= self.dice.uniform(0.98, 1.08) if company.is_calm else self.dice.uniform(0.95, 1.35)
            ends = dt.datetime(year + (begin_month == 7), 12 if begin_month == 1 else 6, 30)
            received = ends + dt.timedelta(days=self.pick([150, 210, 210, 210, 239, 240, 241, 300]))
            if year > first and self.chance(0.3):
                received = self.moment(self.dice.randrange(len(self.days)))
                if year < last:
                    received -= dt.timedelta(days=365)
            self.file_plan(company, plan, year, cost, received, begin_month)
            if self.chance(0.1):
                amended = received + dt.timedelta(days=self.pick([0, 30]))
                self.file_plan(company, plan, year, cost * 1.1, amended, begin_month)

    def file_plan(
        self, company: Company, plan: str | None, year: int, cost: float, received: dt.datetime, begin_month: int = 1
    ) -> None:
        """A filing with its schedules."""
        begins = dt.date(year, begin_month, 1)
        ends = dt.date(year + 1, begin_month, 1) - dt.timedelta(days=1)
        if self.chance(0.1 if company.is_calm else 0.25):
            company.carriers = self.dice.sample(sorted(CARRIERS), k=3)
        if self.chance(0.1 if company.is_calm else 0.25):
            company.broker = self.pick(sorted(BROKERS))
        carriers = company.carriers[: 1 if company.is_calm else self.pick([1, 2, 2, 3])]
        ack_id = self.add(
            "form_5500",
            spons_dfe_ein=company.ein,
            sponsor_dfe_name=company.name.upper(),
            spons_dfe_pn=plan,
            plan_name=f"{company.name.upper()} HEALTH PLAN",
            form_plan_year_begin_date=self.maybe(0.9, begins),
            form_tax_prd=self.maybe(0.95, ends),
            date_received=received,
            tot_active_partcp_cnt=str(int(200 * cost * self.dice.uniform(0.95, 1.1))),
            sch_a_attached_ind="1",
            num_sch_a_attached_cnt=str(len(carriers)),
        )
        if self.chance(0.6):
            self.add("schedule_h", ack_id=ack_id, emplr_contrib_income_amt=f"{100000 * cost:.2f}")
        for part, carrier in enumerate(carriers):
            self.add_contract(carrier, company.broker, ack_id, str(part + 1), cost, begins, ends)

    def add_contract(
        self, carrier: str, broker: str, ack_id: str, form_id: str, cost: float, begins: dt.date, ends: dt.date
    ) -> None:
        """An insurance contract with its brokers."""
        commission = 2500 * cost * self.dice.uniform(0.97, 1.05)
        self.add(
            "schedule_a",
            ack_id=ack_id,
            form_id=form_id,
            ins_carrier_name=self.pick(CARRIERS[carrier]),
            ins_carrier_ein=self.maybe(0.9, CARRIER_EINS.get(carrier)),
            ins_contract_num=f"GP-{self.dice.randrange(100, 105)}",
            ins_prsn_covered_eoy_cnt=str(int(100 * cost)),
            ins_policy_from_date=begins,
            ins_policy_to_date=self.maybe(0.9, ends + dt.timedelta(days=self.pick([0, 0, 60, 90]))),
            ins_broker_comm_tot_amt=f"{commission:.3f}",
            ins_broker_fees_tot_amt=self.maybe(0.5, f"{commission / 8:.2f}"),
            wlfr_tot_charges_paid_amt=self.maybe(0.95, f"{90000 * cost:.2f}"),
            wlfr_bnft_health_ind=self.pick(["0", "1", None]),
        )
        brokers = [broker, self.pick(sorted(BROKERS))][: self.pick([0, 1, 1, 1, 1, 1, 2])]
        for order, name in enumerate(brokers):
            self.add(
                "schedule_a_brokers",
                ack_id=ack_id,
                form_id=form_id,
                row_order=str(order + 1),
                ins_broker_name=self.pick(BROKERS[name]),
                ins_broker_comm_pd_amt=f"{commission:.2f}",
                ins_broker_fees_pd_amt=self.maybe(0.3, f"{commission / 8:.2f}"),
            )

    # References

    def references(self, company: Company, person: Person | None) -> dict[str, Any]:
        """A company and, when given, a person."""
        return {**self.company_reference(company), **(self.person_reference(person) if person else {})}

    def company_reference(self, company: Company) -> dict[str, Any]:
        """A reference to a company in one of the allowed ways; some fit several companies, some none."""
        name, state, ein = self.company_name(company), self.state(company), company.ein
        if self.chance(0.12):
            return self.pick(
                [
                    {"company_name": name},
                    {"company_unique_id": self.some_id(3)},
                    {"company_unique_id": self.some_id(3), "company_website": self.website(company)},
                    {"ein": f"{ein[:2]}-{ein[2:]}", "company_website": "https://unknown.example"},
                    {"company_website": "unknown.example", "company_name": "Unknown Works"},
                    {"ein": self.pick(self.companies).ein, "company_name": name, "state": state},
                    {},
                ]
            )
        ways: list[dict[str, Any]] = [{"company_name": name, "state": state}]
        if "website" in company.keys:
            ways += [{"company_website": self.website(company)}] * 3
            ways.append({"company_website": self.website(company), "company_name": name, "state": state})
        if "ein" in company.keys:
            ways.append({"ein": self.pick([ein, f"{ein[:2]}-{ein[2:]}"]), "company_name": name})
        if company.given_id:
            ways.append({"company_unique_id": company.given_id})
        return self.pick(ways)

    def short_reference(self, company: Company | None) -> dict[str, Any]:
        """A company by id or website, as movements refer to it."""
        if company is None:
            return {}
        reference = self.company_reference(company)
        return {key: value for key, value in reference.items() if key in ("company_unique_id", "company_website")}

    def person_reference(self, person: Person) -> dict[str, Any]:
        """A reference to a person in one of the allowed ways; some fit several people, some none."""
        name = self.spelled(person)
        if self.chance(0.12):
            return self.pick(
                [
                    {"full_name": "Nobody Known"},
                    {"full_name": name, "email": "nobody@unknown.example"},
                    {"person_unique_id": self.some_id(2)},
                    {"person_unique_id": self.some_id(2), "full_name": name},
                    {"full_name": person.first},
                    {},
                ]
            )
        ways: list[dict[str, Any]] = [{"full_name": name}]
        if person.email:
            ways += [{"email": person.email}, {"email": person.email.upper(), "full_name": name}]
        if person.linkedin:
            ways += [{"linkedin_url": person.linkedin}, {"linkedin_url": f"{person.linkedin}/?x=1", "full_name": name}]
        if person.given_id:
            ways.append({"person_unique_id": person.given_id})
        return self.pick(ways)

    def some_id(self, kind: int) -> str:
        """An id that the project may have minted: 3 for a company, 2 for a person."""
        return f"04.04.02.04.{kind}0000.{self.dice.randrange(len(self.companies)):03d}"

    def company_name(self, company: Company) -> str:
        """The name in one of the ways in which sources write it."""
        name = company.name + self.pick(SUFFIXES)
        return self.pick([name, name, name.upper(), f"The {name}", unicodedata.normalize("NFD", name)])

    def website(self, company: Company) -> str:
        """The website in one of the ways in which sources write it."""
        return self.pick(["{}", "https://www.{}/", "http://{}/about", "WWW.{}"]).format(company.domain)

    def state(self, company: Company) -> str:
        """The state in one of the ways in which sources write it."""
        return self.pick([company.state, STATES[company.state]])

    # Rows

    def add(self, table: str, **values: Any) -> str:
        """Write a row, sometimes spoilt, repeated or contradicted; returns its correct id."""
        id_column, *_ = SCHEMA[table]
        self.counts[table] += 1
        row_id = values.get(id_column) or self.new_id(table)
        row: Row = {column: self.written(values.get(column)) for column in SCHEMA[table]}
        row[id_column] = row_id
        written = self.spoilt(table, row) if self.chance(self.hostile) else row
        self.rows[table].append(written)
        if self.chance(self.hostile * 0.15):
            self.rows[table].append(dict(written))
        if self.chance(self.hostile * 0.1):
            self.rows[table].append(self.contradicted(table, written))
        return row_id

    def new_id(self, table: str) -> str:
        """An id; when hostile, some whose order depends on the collation."""
        if self.chance(self.hostile * 0.5):
            return f"{self.pick(ID_STEMS)}{self.counts[table]}"
        return f"{table[:2]}-{self.counts[table]:05d}"

    def written(self, value: Any) -> str | None:
        """The value as text."""
        if isinstance(value, dt.datetime):
            form = self.pick(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d %H:%M:%S"])
            return value.strftime(form)
        if isinstance(value, dt.date):
            return value.isoformat()
        return value

    def spoilt(self, table: str, row: Row) -> Row:
        """The row with one to three odd values."""
        columns = self.dice.sample(sorted(row), k=min(len(row), self.pick([1, 1, 2, 3])))
        odd = {column: self.odd(SCHEMA[table][column].rstrip("*"), row[column]) for column in columns}
        row = row | odd
        if self.nul and self.chance(0.05):
            column = self.pick(sorted(row))
            row[column] = f"{row[column] or ''}\x00x"
        return row

    def contradicted(self, table: str, row: Row) -> Row:
        """A second row with the same id and other values, sometimes with the same time."""
        other = self.pick(self.rows[table])
        _, *rest = SCHEMA[table]
        keeps_time = self.chance(0.5)
        taken = {
            column: other[column]
            for column in rest
            if self.chance(0.2) and not (keeps_time and SCHEMA[table][column] == "known*")
        }
        return row | taken

    def hold_ids_twice(self) -> None:
        """A few rows hand in an id that another entity holds."""
        for table in ("company_raw_intake", "people_raw_intake"):
            ids = [row["promoted_to_unique_id"] for row in self.rows[table] if row["promoted_to_unique_id"]]
            for row in self.rows[table]:
                if ids and self.chance(self.hostile * 0.04):
                    row["promoted_to_unique_id"] = self.pick(ids)

    def leave_out(self) -> None:
        """Removes some tables and columns, and leaves some tables with only a blank row."""
        for table in self.dice.sample([table for table in SCHEMA if table not in NEVER_LEFT_OUT], k=3):
            if self.chance(0.6):
                del self.rows[table]
            else:
                self.rows[table] = [dict.fromkeys(SCHEMA[table])]
        for table, rows in self.rows.items():
            gone = [name for name, kind in SCHEMA[table].items() if not kind.endswith("*") and self.chance(0.04)]
            self.rows[table] = [{name: row[name] for name in row if name not in gone} for row in rows]

    # Odd values

    def odd(self, kind: str, value: str | None) -> str | None:
        """An odd value of a kind, or null."""
        if self.chance(0.12):
            return None
        if self.chance(0.08):
            return f"{self.pick([' ', chr(9), chr(10), chr(160)])}{value or ''} "
        if kind in ("time", "known"):
            return self.odd_time(value, kind == "known")
        if kind in ("id", "enum"):
            return self.odd_word(value or "")
        if kind in ODD_VALUES:
            return (
                self.pick(ODD_VALUES[kind]).replace("{domain}", self.some_domain()).replace("{DOMAIN}", "ODD.EXAMPLE")
            )
        return self.pick(TEXTS)

    def odd_time(self, value: str | None, is_known: bool) -> str:
        """A time in another form of the contract, or one that cannot be read, or one far away."""
        if value and self.chance(0.6 if is_known else 0.4):
            return self.reformatted(dt.datetime.fromisoformat(value).replace(tzinfo=None))
        return self.pick(self.pick([UNREADABLE_TIMES, UNREADABLE_TIMES, EDGE_TIMES, FUTURE_TIMES]))

    def reformatted(self, time: dt.datetime) -> str:
        """The time in another readable form, some with fractions of a second."""
        twelve = time.strftime("%I").lstrip("0")
        us_date = f"{time.month}/{time.day}/{time.year}"
        fraction = "".join(self.pick("0123456789") for _ in range(self.dice.randrange(1, 10)))
        return self.pick(
            [
                time.strftime("%Y-%m-%d"),
                time.strftime("%Y-%m-%d %H:%M"),
                time.strftime("%Y-%m-%dT%H:%M:%S") + f".{fraction}",
                time.strftime("%Y-%m-%dT%H:%M:%S") + f".{fraction}Z",
                time.strftime("%Y-%m-%d %H:%M:%S UTC"),
                (time + dt.timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%S+02:00"),
                (time + dt.timedelta(hours=5, minutes=30)).strftime("%Y-%m-%d %H:%M:%S +0530"),
                (time - dt.timedelta(hours=8)).strftime("%Y-%m-%d %H:%M:%S-08"),
                us_date,
                f"{time:%m/%d/%Y}",
                f"{us_date} {time:%H:%M}",
                f"{us_date} {twelve}:{time:%M} {time:%p}",
                f"{us_date} {twelve}:{time:%M:%S} {time.strftime('%p').lower()}",
                f"{us_date} {twelve}:{time:%M}{time:%p}",
            ]
        )

    def odd_word(self, value: str) -> str:
        """An id or a word of a list in other letters, with blanks, or replaced."""
        return self.pick(
            [
                value.upper(),
                value.title(),
                f" {value} ",
                f"{value}\n",
                value.replace("i", "İ").replace("I", "ı"),
                value.replace("_", " "),
                self.pick(ID_STEMS),
                self.pick(TEXTS),
            ]
        )

    def some_domain(self) -> str:
        """A domain that no company has, or the domain of a company."""
        if self.chance(0.2):
            return self.pick(self.companies).domain
        return f"odd{self.dice.randrange(100)}.example"


ODD_VALUES: dict[str, Sequence[str]] = {
    "number": NUMBERS,
    "json": JSON_TEXTS,
    "ein": EINS,
    "email": EMAILS,
    "url": URLS,
    "linkedin": LINKEDINS,
    "phone": PHONES,
    "name": (*NAMES, *TEXTS),
    "person": (*PEOPLE, *TEXTS),
    "title": (*ODD_TITLES, *TEXTS),
    "postal": ZIPS,
    "barton": BARTONS,
    "uuid": UUIDS,
    "state": ("Ohio", "oh", "Ark.", "D.C.", "Puerto Rico", "ON", "Ohıo", "n/a", "OH "),
    "carrier": ("n/a", "", "A.B.C.", "Aetna\u00a0Life", "ÆTNA", "aetna/cigna", *TEXTS),
}


def ascii_letters(text: str) -> str:
    """The letters a to z of a text, without accents."""
    folded = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in folded if letter in "abcdefghijklmnopqrstuvwxyz")
