"""Files as long and wide as those that the Department of Labor publishes each year, with employers that occur in no
other raw table."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import duckdb

YEARS = (2022, 2023, 2024)


@dataclass(frozen=True)
class DolFile:
    """A file of one year: its raw table, lines, number of columns, and SQL for the columns that the contract names."""

    table: str
    lines: int
    columns: int
    named: str


ACK = "'{year}' || lpad(cast(1 + n % {filings} as varchar), 9, '0') || 'NAL0001234567001'"
FILES = (
    DolFile(
        "form_5500",
        250_000,
        140,
        "'{year}' || lpad(cast(1 + n as varchar), 9, '0') || 'NAL0001234567001' as ACK_ID, "
        "'00' || lpad(cast(1 + n % 200000 as varchar), 7, '0') as SPONS_DFE_EIN, "
        "'EMPLOYER ' || n || ' INCORPORATED' as SPONSOR_DFE_NAME, "
        "case when n % 3 = 0 then '501' else '001' end as SPONS_DFE_PN, "
        "'EMPLOYER ' || n || ' HEALTH AND WELFARE PLAN' as PLAN_NAME, "
        "'{year}-01-01' as FORM_PLAN_YEAR_BEGIN_DATE, '{year}-12-31' as FORM_TAX_PRD, "
        "cast(make_date({year} + 1, 7, 1) + cast(n % 100 as integer) as varchar) as DATE_RECEIVED, "
        "case when n % 3 = 0 then '4A4D' end as TYPE_WELFARE_BNFT_CODE, "
        "case when n % 3 > 0 then '2E2F2G2J' end as TYPE_PENSION_BNFT_CODE, "
        "cast(20 + n % 5000 as varchar) as TOT_ACTIVE_PARTCP_CNT, '1' as SCH_A_ATTACHED_IND",
    ),
    DolFile(
        "schedule_a",
        430_000,
        90,
        f"{ACK} as ACK_ID, cast(1 + n // {{filings}} as varchar) as FORM_ID, "
        "'INSURER ' || n % 900 || ' LIFE INSURANCE COMPANY' as INS_CARRIER_NAME, "
        "'61' || lpad(cast(n % 900 as varchar), 7, '0') as INS_CARRIER_EIN, 'GP-' || n as INS_CONTRACT_NUM, "
        "'{year}-01-01' as INS_POLICY_FROM_DATE, '{year}-12-31' as INS_POLICY_TO_DATE, "
        "cast(n % 9000 as varchar) as INS_BROKER_COMM_TOT_AMT, "
        "cast(100 + n % 90000 as varchar) as WLFR_TOT_CHARGES_PAID_AMT, "
        "'1' as WLFR_BNFT_HEALTH_IND",
    ),
    DolFile(
        "schedule_a_brokers",
        650_000,
        20,
        f"{ACK} as ACK_ID, cast(1 + n // {{filings}} as varchar) as FORM_ID, '1' as ROW_ORDER, "
        "'BROKER ' || n % 20000 || ' INSURANCE SERVICES' as INS_BROKER_NAME, "
        "cast(n % 9000 as varchar) as INS_BROKER_COMM_PD_AMT",
    ),
    DolFile("schedule_h", 80_000, 60, f"{ACK} as ACK_ID, cast(1000 + n as varchar) as EMPLR_CONTRIB_INCOME_AMT"),
)


def write_dol_files(folder: Path, share: float = 1.0) -> dict[str, int]:
    """Write the files of three years, one per table and year; returns the rows of each table.

    `share` (0-1) is the share of the full number of lines. The columns that no rule reads hold short texts and blanks.
    """
    folder.mkdir(parents=True, exist_ok=True)
    filings = int(FILES[0].lines * share)
    rows = {}
    with duckdb.connect() as connection:
        for file in FILES:
            lines = int(file.lines * share)
            rows[file.table] = lines * len(YEARS)
            named = len(re.findall(r" as [A-Z]", file.named))
            filler = ", ".join(
                f"case when (n + {place}) % 3 = 0 then 'value {place}' end as UNUSED_{place}"
                for place in range(file.columns - named)
            )
            for year in YEARS:
                select = file.named.format(year=year, filings=filings)
                connection.execute(
                    f"copy (select {select}, {filler} from range({lines}) as lines (n)) "
                    f"to '{folder / f'{file.table}.{year}.csv'}' (format csv, header)"
                )
    return rows
