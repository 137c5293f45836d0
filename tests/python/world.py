"""The shared world: one raw folder with the histories that tests read, built once per engine over four days.

A test that needs rows of its own adds companies here and reads them from the built world, rather than build a database.
Companies of different scenarios share no domain, EIN, name or raw id.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from filing_cases import filing_cases
from random_history import hostile_history, random_history
from warehouse_support import DEMO, DEMO_DAYS, FORM_5500_SAMPLE, RANDOM_SEED, write_raw

HOSTILE_SEED = 11
DAYS = tuple(as_of[:10] for as_of in DEMO_DAYS)
Tables = Mapping[str, list[dict[str, Any]]]
FIRST, SECOND = ({"source": "list", "uploaded_at": f"{day}T05:00:00Z"} for day in DAYS[:2])

# Names that a page, a terminal or a template could misread.
ODD_NAMES = {
    "markup": "[red]Alert[/red] Works",
    "emoji": "Blue :smile: Mills",
    "script": "<script>alert(1)</script> Foods",
    "jinja": "O'Brien {{ 7 * 7 }} %s ? Hotels",
    "accents": 'Müller \u2014 Żółw "Quoted" \\ Brothers',
}
SCRIPT = "<script>alert(1)</script> & Sons"
IMAGE = "<img src=x onerror=alert(2)>"
PAGE_NAMES = {"tag": SCRIPT, "image": f"{IMAGE} Works", "end": "</script><b>Bold</b> Foods"}


def odd_names() -> Tables:
    """Companies and people with odd names, and two companies of one name."""
    companies = [
        {"intake_id": f"odd-{key}", "company_name": name, "website": f"odd-{key}.example"}
        for key, name in ODD_NAMES.items()
    ]
    companies += [
        {
            "intake_id": f"odd-{state}",
            "company_name": "Twin Peak Bakers",
            "website": f"twin{state}.example",
            "state": state,
        }
        for state in ("OR", "WA")
    ]
    people = [
        {
            "intake_id": f"odd-{key}",
            "full_name": "Jane [bold] Doe",
            "title": "CEO",
            "company_website": f"odd-{key}.example",
        }
        for key in ODD_NAMES
    ]
    seen = {**FIRST, "renewal_month": "4"}
    return {
        "company_raw_intake": [{**row, **seen} for row in companies],
        "people_raw_intake": [{**row, **FIRST} for row in people],
    }


def page_names() -> Tables:
    """Companies and people whose names a browser could read as markup."""
    seen = {**FIRST, "renewal_month": "4"}
    return {
        "company_raw_intake": [
            {"intake_id": f"page-{key}", "company_name": name, "website": f"page-{key}.example", "phone": IMAGE, **seen}
            for key, name in PAGE_NAMES.items()
        ],
        "people_raw_intake": [
            {
                "intake_id": f"page-{key}",
                "full_name": "Jane <i>Doe</i>",
                "title": "CEO",
                "company_website": f"page-{key}.example",
                **FIRST,
            }
            for key in PAGE_NAMES
        ],
    }


def seat_changes() -> Tables:
    """On the second day a seat changes its holder, and a new company with a filled seat appears."""
    quillon, zimba = {"company_website": "quillonworks.example"}, {"company_website": "zimbamills.example"}
    return {
        "company_raw_intake": [
            {"intake_id": "seat-1", "company_name": "Quillon [red] Works", "website": "quillonworks.example", **FIRST},
            {
                "intake_id": "seat-2",
                "company_name": "Zimba Mills",
                "website": "zimbamills.example",
                "renewal_month": "3",
                **SECOND,
            },
        ],
        "people_raw_intake": [
            {"intake_id": "seat-1", "full_name": "Ann Lee", "title": "HR Manager", **quillon, **FIRST},
            {"intake_id": "seat-2", "full_name": "Bob {{ x }} Ray", "title": "HR Director", **quillon, **SECOND},
            {"intake_id": "seat-3", "full_name": "Cid Moe", "title": "CFO", **zimba, **SECOND},
        ],
    }


def renumbered(tables: Tables, prefix: str) -> Tables:
    """The same history with a prefix before each raw id, so that no row replaces a row of another history."""

    def is_raw_id(column: str) -> bool:
        return column.endswith("_id") and "unique_id" not in column and column not in ("form_id", "outreach_id")

    return {
        table: [
            {name: f"{prefix}{value}" if value and is_raw_id(name) else value for name, value in row.items()}
            for row in rows
        ]
        for table, rows in tables.items()
    }


def write_world(folder: Path) -> Path:
    """The raw folder of the world: for each table a folder with a file per history."""
    histories = {
        "random": random_history(RANDOM_SEED),
        "hostile": renumbered(hostile_history(HOSTILE_SEED, nul=True), "h"),
        "odd_names": odd_names(),
        "page_names": page_names(),
        "seat_changes": seat_changes(),
        "filings": filing_cases(),
    }
    for name, tables in histories.items():
        for table, rows in tables.items():
            if rows:
                write_raw(folder / table, {name: rows})
    for name, source in {"demo": DEMO, "form_5500": FORM_5500_SAMPLE}.items():
        for file in source.glob("*.csv"):
            (folder / file.stem).mkdir(exist_ok=True)
            shutil.copy(file, folder / file.stem / f"{name}.csv")
    return folder
