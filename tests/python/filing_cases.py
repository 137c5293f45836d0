"""Filings of made-up companies, one company per sentence of the rules, with the signals that they should give.

A case is a company known from the first day. Its filings are full calendar years, in time, of a welfare plan, unless
the case says otherwise.
"""

from dataclasses import dataclass, field, replace
from typing import Any

Row = dict[str, Any]


@dataclass(frozen=True)
class Contract:
    """A line of Schedule A, of the whole plan year unless it has days of its own; `days=None` means a line without
    dates.
    """

    carrier: str = "HARBORLINE LIFE INSURANCE COMPANY"
    charges: object = ""
    commissions: object = ""
    fees: object = ""
    days: tuple[str, str] | str | None = "plan year"
    ein: str = ""
    mark: Row = field(default_factory=dict)
    brokers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filing:
    begin: str
    end: str
    received: str
    plan: str = "501"
    people: object = 100
    welfare: str = "4A"
    pension: str = ""
    contribution: object = None
    contracts: tuple[Contract, ...] = ()
    marks: Row = field(default_factory=dict)


@dataclass(frozen=True)
class Case:
    """`signals` lists all signals from filings, as pairs of type and evidence text; `renewal` is the month and its
    source.
    """

    about: str
    filings: tuple[Filing, ...]
    signals: tuple[tuple[str, str], ...] = ()
    renewal: tuple[int | None, str | None] = (1, "plan_year")
    detected_on: str = "2025-07-20"


def year(number: int, received: str = "", **more: Any) -> Filing:
    return Filing(f"{number}-01-01", f"{number}-12-31", received or f"{number + 1}-07-20", **more)


def cost(before: object, after: object, **more: Any) -> tuple[Filing, Filing]:
    """The plan years 2023 and 2024 with these contributions of the employer."""
    return year(2023, contribution=before, **more), year(2024, contribution=after, **more)


def insured(*contracts: Contract, number: int = 2024, **more: Any) -> Filing:
    return year(number, contracts=contracts, **more)


def premiums(before: object, after: object, **more: Any) -> tuple[Filing, Filing]:
    return insured(Contract(charges=before), number=2023, **more), insured(Contract(charges=after), **more)


def carriers(before: tuple[Contract, ...], after: tuple[Contract, ...], **more: Any) -> tuple[Filing, Filing]:
    return insured(*before, number=2023, **more), insured(*after, **more)


def sold_by(before: tuple[str, ...], after: tuple[str, ...], **more: Any) -> tuple[Filing, Filing]:
    return carriers((Contract(brokers=before),), (Contract(brokers=after),), **more)


def half(number: int) -> tuple[str, str]:
    return f"{number}-07-01", f"{number}-12-31"


def cost_rise(percent: int, what: str = "employer contribution") -> tuple[str, str]:
    return "cost_increase", f"{what} +{percent}% YoY"


def broker_rise(percent: int) -> tuple[str, str]:
    return "broker_cost_spike", f"broker commissions and fees +{percent}% YoY"


def growth(percent: int) -> tuple[str, str]:
    return "plan_growth", f"plan participants +{percent}% YoY"


def late(days: int) -> tuple[str, str]:
    return "late_filing", f"Form 5500 filed {days} days late"


NEW_CARRIER, NEW_BROKER = ("carrier_change", "carrier changed YoY"), ("broker_change", "broker changed YoY")
SCHEDULE_A = (1, "schedule_a")
NO_RENEWAL = (None, None)
PENSION: Row = {"plan": "001", "welfare": "", "pension": "2E"}
FERNCROFT = "FERNCROFT MUTUAL HEALTH"
TARNWOOD, ELLERBY = "TARNWOOD ADVISORS", "ELLERBY PARTNERS"

CASES = {
    # which years are compared
    "full_years": Case("two full years are compared", cost(80_000, 100_000), (cost_rise(25),)),
    "short_first_year": Case(
        "a short year is compared with no other",
        (Filing("2023-07-01", "2023-12-31", "2024-07-20", contribution=50_000), year(2024, contribution=100_000)),
    ),
    "short_later_year": Case(
        "nor is a short later year, whatever it compares",
        (
            year(2023, people=100, contracts=(Contract(charges=100, brokers=(TARNWOOD,)),)),
            replace(
                Filing("2024-07-01", "2024-12-31", "2025-07-20", people=200),
                contracts=(Contract(FERNCROFT, charges=500, brokers=(ELLERBY,)),),
            ),
        ),
        renewal=SCHEDULE_A,
    ),
    "weeks": Case(
        "years of 52 and 53 weeks follow each other, though two begin in one calendar year",
        (
            Filing("2022-01-02", "2022-12-31", "2023-07-15", contribution=100_000),
            Filing("2023-01-01", "2023-12-30", "2024-07-15", contribution=104_000),
            Filing("2023-12-31", "2024-12-28", "2025-07-15", contribution=118_560),
        ),
        (cost_rise(14),),
        renewal=(12, "plan_year"),
        detected_on="2025-07-15",
    ),
    "days_348": Case(
        "348 days are too few",
        (Filing("2023-01-01", "2023-12-15", "2024-07-20", contribution=10), year(2024, contribution=20)),
    ),
    "days_349": Case(
        "349 days are enough",
        (Filing("2023-01-01", "2023-12-16", "2024-07-20", contribution=10), year(2024, contribution=20)),
        (cost_rise(100),),
    ),
    "days_380": Case(
        "380 days are not too many",
        (year(2023, contribution=10), Filing("2024-01-01", "2025-01-15", "2025-07-20", contribution=20)),
        (cost_rise(100),),
    ),
    "days_381": Case(
        "381 days are",
        (year(2023, contribution=10), Filing("2024-01-01", "2025-01-16", "2025-07-20", contribution=20)),
    ),
    "new_rhythm": Case(
        "a plan that moves from July to January has a short year between two full ones",
        (
            Filing("2022-07-01", "2023-06-30", "2024-01-20", contribution=100),
            Filing("2023-07-01", "2023-12-31", "2024-07-20", contribution=60),
            year(2024, contribution=200),
        ),
    ),
    "middle": Case(
        "the plan year is that of its middle: October to September is the later year",
        (
            Filing("2022-10-01", "2023-09-30", "2024-04-20", contribution=100),
            Filing("2023-10-01", "2024-09-30", "2025-04-20", contribution=130),
        ),
        (cost_rise(30),),
        renewal=(10, "plan_year"),
        detected_on="2025-04-20",
    ),
    "no_end": Case(
        "without an end the middle is 182 days after the begin, and the year can be compared",
        (year(2023, contribution=100), Filing("2024-01-01", "", "2025-07-20", contribution=130)),
        (cost_rise(30),),
    ),
    "no_begin": Case(
        "without a begin the middle is 182 days before the end",
        (Filing("", "2023-12-31", "2024-07-20", contribution=100), year(2024, contribution=130)),
        (cost_rise(30),),
    ),
    "gap": Case("a missing year gives no signal", (year(2022, contribution=10), year(2024, contribution=20))),
    "first_year": Case("nor does a first year", (year(2024, contribution=20),)),
    "each_year": Case(
        "each year gives its own signal",
        (year(2022, contribution=100), year(2023, contribution=120), year(2024, contribution=150)),
        (cost_rise(20), cost_rise(25)),
        detected_on="",
    ),
    "each_plan": Case(
        "each plan gives its own signal",
        cost(100, 120) + cost(100, 140, plan="502"),
        (cost_rise(20), cost_rise(40)),
    ),
    "other_plan": Case("the years of two plans are not compared", (cost(10, 20)[0], cost(10, 20, plan="502")[1])),
    # amendments and periods
    "amended_away": Case(
        "the amendment received last gives the amounts: no rise is left",
        (*cost(100, 150), year(2024, received="2025-10-20", contribution=104)),
    ),
    "amended_to": Case(
        "a rise that an amendment brings is detected at the first receipt, and is not late",
        (*cost(100, 104), year(2024, received="2026-01-03", contribution=150)),
        (cost_rise(50),),
    ),
    "amended_before": Case(
        "the amendment of the year before counts, too",
        (*cost(100, 150), year(2023, received="2025-12-20", contribution=145)),
    ),
    "two_periods": Case(
        "of two periods with the middle in one year the longer counts",
        (
            Filing("2023-01-01", "2023-03-31", "2025-01-20", contribution=900),
            Filing("2022-10-01", "2023-09-30", "2024-04-20", contribution=100),
            year(2024, contribution=120),
        ),
        (cost_rise(20),),
    ),
    # thresholds and amounts
    "cost_9_99": Case("9.99 % is no rise of the costs", cost(100_000, 109_990)),
    "cost_10": Case("10 % is", cost(100_000, 110_000), (cost_rise(10),)),
    "cost_falls": Case("a fall is not", cost(100_000, 50_000)),
    "cost_was_0": Case("a value of 0 before is not compared", cost(0, 50_000)),
    "cost_was_blank": Case("nor is a missing one", cost("", 50_000)),
    "premium": Case(
        "without contributions the premium counts",
        premiums(60_000, 72_000),
        (cost_rise(20, "plan premium"),),
        SCHEDULE_A,
    ),
    "contribution_first": Case(
        "contributions that can be compared count before the premium",
        (
            replace(premiums(100, 200)[0], contribution=100),
            replace(premiums(100, 200)[1], contribution=104),
        ),
        renewal=SCHEDULE_A,
    ),
    "contribution_was_0": Case(
        "a contribution of 0 before cannot be compared: the premium counts",
        (replace(premiums(100, 120)[0], contribution=0), replace(premiums(100, 120)[1], contribution=9)),
        (cost_rise(20, "plan premium"),),
        SCHEDULE_A,
    ),
    "commissions_and_fees": Case(
        "commissions and fees count together, from 15 % on",
        carriers((Contract(commissions=1_000, fees=1_000),), (Contract(commissions=1_000, fees=1_300),)),
        (broker_rise(15),),
        SCHEDULE_A,
    ),
    "commissions_14_9": Case(
        "14.9 % is no spike",
        carriers((Contract(commissions=1_000),), (Contract(commissions=1_149),)),
        renewal=SCHEDULE_A,
    ),
    "growth_20": Case("20 % more participants", (year(2023, people=100), year(2024, people=120)), (growth(20),)),
    "growth_19": Case("19 % are not enough", (year(2023, people=100), year(2024, people=119))),
    "growth_from_0": Case("0 participants before are not compared", (year(2023, people=0), year(2024, people=119))),
    # contracts
    "half_contract": Case(
        "a contract of half a year is not compared, nor are its commissions",
        carriers(
            (Contract(charges=50_000, commissions=5_000, days=half(2023)),),
            (Contract(charges=100_000, commissions=10_000),),
        ),
        renewal=SCHEDULE_A,
    ),
    "carrier_of_both_years": Case(
        "beside it, carriers with a contract of a year in both years are compared",
        carriers(
            (Contract(charges=60_000), Contract(FERNCROFT, charges=10_000, days=half(2023))),
            (Contract(charges=72_000), Contract(FERNCROFT, charges=90_000)),
        ),
        (cost_rise(20, "plan premium"),),
        SCHEDULE_A,
    ),
    "undated_contracts": Case(
        "a contract without dates counts as one of a year",
        carriers(
            (Contract(charges=100, days=None), Contract(FERNCROFT, charges=10, days=half(2023))),
            (Contract(charges=130), Contract(FERNCROFT, charges=10)),
        ),
        (cost_rise(30, "plan premium"),),
        SCHEDULE_A,
    ),
    "all_contracts": Case(
        "if all contracts are of a year, a new carrier's contract counts",
        carriers((Contract(charges=100),), (Contract(charges=100), Contract(FERNCROFT, charges=30))),
        (cost_rise(30, "plan premium"), NEW_CARRIER),
        SCHEDULE_A,
    ),
    # carriers and brokers
    "new_carrier": Case("another insurer", carriers((Contract(),), (Contract(FERNCROFT),)), (NEW_CARRIER,), SCHEDULE_A),
    "carrier_added": Case(
        "one more", carriers((Contract(),), (Contract(), Contract(FERNCROFT))), (NEW_CARRIER,), SCHEDULE_A
    ),
    "carrier_dropped": Case(
        "one less", carriers((Contract(), Contract(FERNCROFT)), (Contract(),)), (NEW_CARRIER,), SCHEDULE_A
    ),
    "carrier_renamed": Case(
        "one EIN, two names: the same insurer",
        carriers((Contract(ein="391234567"),), (Contract(FERNCROFT, ein="39-1234567"),)),
        renewal=SCHEDULE_A,
    ),
    "carrier_ein_differs": Case(
        "one name, two EINs: the same insurer",
        carriers((Contract(ein="391234567"),), (Contract("Harborline Life Ins. Co.", ein="397654321"),)),
        renewal=SCHEDULE_A,
    ),
    "carrier_named_later": Case(
        "an insurer known by EIN alone has a counterpart with a name and that EIN",
        carriers((Contract("", ein="391234567"),), (Contract(ein="391234567"),)),
        renewal=SCHEDULE_A,
    ),
    "no_carrier_before": Case(
        "an empty set before gives no signal", carriers((Contract("N/A"),), (Contract(),)), renewal=SCHEDULE_A
    ),
    "no_carrier_after": Case("nor does an empty set after", carriers((Contract(),), ()), renewal=(1, "schedule_a")),
    "new_broker": Case("another broker", sold_by((TARNWOOD,), (ELLERBY,)), (NEW_BROKER,), SCHEDULE_A),
    "broker_added": Case("a second broker", sold_by((TARNWOOD,), (TARNWOOD, ELLERBY)), (NEW_BROKER,), SCHEDULE_A),
    "no_broker": Case("a broker who is none", sold_by(("NONE",), (ELLERBY,)), renewal=SCHEDULE_A),
    "no_broker_left": Case("or none any more", sold_by((TARNWOOD,), ("N/A",)), renewal=SCHEDULE_A),
    "same_broker": Case(
        "another spelling of a broker", sold_by((TARNWOOD,), ("Tarnwood Advisors, LLC",)), renewal=SCHEDULE_A
    ),
    "three_carriers": Case(
        "three carriers in the latest year",
        (insured(Contract(), Contract(FERNCROFT), Contract("ASHDOWN DENTAL")),),
        (("multi_carrier", "3 carriers in one plan year"),),
        SCHEDULE_A,
    ),
    "two_carriers_three_spellings": Case(
        "two carriers in three spellings are two",
        (insured(Contract(), Contract("Harborline Life Ins Co"), Contract(FERNCROFT)),),
        renewal=SCHEDULE_A,
    ),
    "three_carriers_before": Case(
        "three carriers in an earlier year do not count",
        (
            insured(Contract(), Contract(FERNCROFT), Contract("ASHDOWN DENTAL"), number=2022),
            insured(Contract(), Contract(FERNCROFT)),
        ),
        renewal=SCHEDULE_A,
    ),
    # lateness
    "late_31": Case(
        "31 days after it was due", (year(2024, received="2025-08-29"),), (late(31),), detected_on="2025-08-29"
    ),
    "late_30": Case("30 days are not late", (year(2024, received="2025-08-28"),)),
    "extended": Case(
        "an extension adds 75 days", (year(2024, received="2025-11-11", marks={"f5558_application_filed_ind": "1"}),)
    ),
    "extended_late": Case(
        "after an extension a filing can be late, too",
        (year(2024, received="2025-11-12", marks={"ext_automatic_ind": "X"}),),
        (late(31),),
        detected_on="2025-11-12",
    ),
    "extended_by_amendment": Case(
        "the mark may stand on the amendment",
        (year(2024, received="2025-10-08"), year(2024, received="2025-12-08", marks={"ext_special_ind": "true"})),
    ),
    "extended_other_year": Case(
        "the extension of another year does not count",
        (year(2023, marks={"ext_automatic_ind": "Y"}), year(2024, received="2025-10-08")),
        (late(71),),
        detected_on="2025-10-08",
    ),
    "not_extended": Case(
        "a nought is no mark",
        (year(2024, received="2025-10-08", marks={"ext_automatic_ind": "0", "ext_special_ind": "N"}),),
        (late(71),),
        detected_on="2025-10-08",
    ),
    "once_late": Case("only the latest year counts", (year(2023, received="2024-12-08"), year(2024))),
    "late_amendment": Case("an amendment is not late", (year(2024), year(2024, received="2026-01-02"))),
    # kinds of plans
    "pension": Case(
        "a pension plan says nothing of costs, carriers, brokers and renewals",
        carriers(
            (Contract(charges=100, commissions=10, brokers=(TARNWOOD,)),),
            (Contract(FERNCROFT, charges=200, commissions=20, brokers=(ELLERBY,)), Contract("A"), Contract("B")),
            **PENSION,
        ),
        renewal=NO_RENEWAL,
    ),
    "pension_grows": Case(
        "a pension plan grows and files late",
        (
            year(2023, people=100, contribution=10, **PENSION),
            year(2024, received="2025-10-08", people=125, contribution=20, **PENSION),
        ),
        (growth(25), late(71)),
        renewal=NO_RENEWAL,
        detected_on="2025-10-08",
    ),
    "no_code": Case(
        "a plan with neither code is a pension plan", cost(10, 20, plan="002", welfare=""), renewal=NO_RENEWAL
    ),
    "both_codes": Case(
        "a plan with both codes is a welfare plan", cost(10, 20, plan="003", pension="2E"), (cost_rise(100),)
    ),
    "number_501": Case(
        "a plan number from 501 on is that of a welfare plan", cost(10, 20, welfare="", pension="2E"), (cost_rise(100),)
    ),
    "number_500": Case("500 does not", cost(10, 20, plan="500", welfare=""), renewal=NO_RENEWAL),
    "code_of_another_year": Case(
        "a code in any filing of the plan makes it a welfare plan",
        (year(2023, contribution=10, plan="004"), year(2024, contribution=20, plan="004", welfare="", pension="2E")),
        (cost_rise(100),),
    ),
    "welfare_mark": Case(
        "a mark of a welfare benefit makes it a welfare plan, whatever the filing's code",
        carriers(
            (Contract(charges=100, mark={"wlfr_bnft_dental_ind": "1"}),),
            (Contract(charges=150),),
            plan="005",
            welfare="",
            pension="2E",
        ),
        (cost_rise(50, "plan premium"),),
        SCHEDULE_A,
    ),
    "charges": Case(
        "charges in a filing without a pension code tell it",
        premiums(100, 150, plan="006", welfare=""),
        (cost_rise(50, "plan premium"),),
        SCHEDULE_A,
    ),
    "zeros": Case(
        "noughts are no marks and no charges",
        carriers(
            (Contract(charges=0, mark={"wlfr_bnft_health_ind": "0"}),),
            (Contract(FERNCROFT, charges=0),),
            plan="007",
            welfare="",
        ),
        renewal=NO_RENEWAL,
    ),
    # plans without a number
    "no_number": Case(
        "without a number the welfare filings of a year count together",
        cost(100, 100, plan="") + cost(100, 140, plan=""),
        (cost_rise(20),),
    ),
    "no_number_pension": Case(
        "and pension filings without a number do not count with them",
        cost(100, 104, plan="") + cost(100, 900, plan="", welfare="", pension="2E"),
    ),
    "no_number_growth": Case(
        "nor are pension filings without a number compared: they may be of several plans",
        (
            year(2023, people=100, plan="", welfare="", pension="2E"),
            year(2024, people=200, plan="", welfare="", pension="2E", received="2025-10-08"),
        ),
        (late(71),),
        renewal=NO_RENEWAL,
        detected_on="2025-10-08",
    ),
    # renewals
    "renewal_from_policy": Case(
        "the month after the latest policy ends comes before the begin of the plan year",
        (insured(Contract(days=("2024-05-01", "2025-04-30")), Contract(FERNCROFT, days=("2023-09-01", "2024-08-31"))),),
        renewal=(5, "schedule_a"),
    ),
    "renewal_of_welfare_plans": Case(
        "policies of a pension plan say nothing of the renewal",
        (
            Filing("2023-04-01", "2024-03-31", "2024-10-15"),
            insured(Contract(days=("2024-10-01", "2025-09-30")), **PENSION),
        ),
        renewal=(4, "plan_year"),
    ),
}


def ein(number: int) -> str:
    return f"77{number:07}"


def filing_cases() -> dict[str, list[Row]]:
    """The raw rows of all cases, and filings of companies that are in no raw table."""
    tables: dict[str, list[Row]] = {}
    for number, (name, case) in enumerate(CASES.items(), 1):
        company = {
            "intake_id": f"filed-{name}",
            "company_name": f"Filer {name.replace('_', ' ').title()}",
            "website": f"https://filed-{name.replace('_', '-')}.example",
            "ein": ein(number),
            "source": "list",
            "uploaded_at": "2025-11-01",
        }
        tables.setdefault("company_raw_intake", []).append(company)
        for place, filing in enumerate(case.filings):
            _add(tables, f"{ein(number)}-{place}", ein(number), filing)
    strangers = (
        year(2024, received="31/31/2026", contribution="unreadable"),
        year(2024, contracts=(Contract(charges="unreadable", brokers=(TARNWOOD,)), Contract(FERNCROFT))),
    )
    for place, filing in enumerate(strangers):
        _add(tables, f"stranger-{place}", "98-7654321", filing)
    return tables


def _add(tables: dict[str, list[Row]], ack: str, number: str, filing: Filing) -> None:
    tables.setdefault("form_5500", []).append(
        {
            "ack_id": ack,
            "spons_dfe_ein": number,
            "spons_dfe_pn": filing.plan,
            "form_plan_year_begin_date": filing.begin,
            "form_tax_prd": filing.end,
            "date_received": filing.received,
            "tot_active_partcp_cnt": filing.people,
            "type_welfare_bnft_code": filing.welfare,
            "type_pension_bnft_code": filing.pension,
            **filing.marks,
        }
    )
    if filing.contribution is not None:
        tables.setdefault("schedule_h", []).append({"ack_id": ack, "emplr_contrib_income_amt": filing.contribution})
    for line, contract in enumerate(filing.contracts, 1):
        days = (filing.begin, filing.end) if contract.days == "plan year" else contract.days or ("", "")
        tables.setdefault("schedule_a", []).append(
            {
                "ack_id": ack,
                "form_id": line,
                "ins_carrier_name": contract.carrier,
                "ins_carrier_ein": contract.ein,
                "ins_policy_from_date": days[0],
                "ins_policy_to_date": days[1],
                "ins_broker_comm_tot_amt": contract.commissions,
                "ins_broker_fees_tot_amt": contract.fees,
                "wlfr_tot_charges_paid_amt": contract.charges,
                **contract.mark,
            }
        )
        tables.setdefault("schedule_a_brokers", []).extend(
            {"ack_id": ack, "form_id": line, "row_order": order, "ins_broker_name": broker}
            for order, broker in enumerate(contract.brokers, 1)
        )
