"""The order, number and format of the raw files do not change the result."""

import csv
import random
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from warehouse_support import DEMO, DEMO_DAYS, difference


def scatter(source: Path, target: Path, seed: int) -> Path:
    """The rows of every raw file twice, shuffled and split over two CSV files, a table's folder and a Parquet file."""
    dice = random.Random(seed)
    for file in sorted(source.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as stream:
            header, *rows = list(csv.reader(stream))
        rows = rows + rows
        dice.shuffle(rows)
        columns = list(range(len(header)))
        parts = {
            target / f"{file.stem}.csv": rows[0::4],
            target / f"{file.stem}.2.csv": rows[1::4],
            target / file.stem / "part.csv": rows[2::4],
        }
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            dice.shuffle(columns)  # the order of the columns does not matter either
            with path.open("w", newline="", encoding="utf-8") as stream:
                writer = csv.writer(stream)
                writer.writerows([row[column] for column in columns] for row in [header, *part])
        parquet = pl.DataFrame(rows[3::4], schema=dict.fromkeys(header, pl.String), orient="row")
        parquet.write_parquet(target / f"{file.stem}.rest.parquet")
    return target


JUNK_KEYS = {
    "company_raw_intake": {
        "website": "https://www.indeed.com/",
        "ein": "00-0000000",
        "linkedin_url": "https://www.linkedin.com/company/undefined/",
    },
    "people_raw_intake": {"email": "noemail@noemail.com", "linkedin_url": "https://www.linkedin.com/in/undefined"},
}


def with_junk_keys(source: Path, target: Path) -> Path:
    """The raw files with the same junk value in place of every missing key, as some exports fill blanks."""
    for file in sorted(source.glob("*.csv")):
        with file.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        junk = JUNK_KEYS.get(file.stem, {})
        assert not junk or any(not row[column] for row in rows for column in junk)
        with (target / file.name).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, fieldnames=[*rows[0]])
            writer.writeheader()
            writer.writerows({key: value or junk.get(key, "") for key, value in row.items()} for row in rows)
    return target


@pytest.fixture(scope="module")
def scattered(tmp_path_factory):
    """The raw folder of the demo, scattered."""
    return scatter(DEMO, tmp_path_factory.mktemp("raw"), seed=20260302)


@pytest.mark.long
def test_shuffled_split_and_repeated_rows_change_nothing_on_a_later_day(scattered, demo_nights, demo_state, tmp_path):
    built = replace(demo_nights[DEMO_DAYS[2][:10]].copied(tmp_path), raw=scattered)
    built.build(DEMO_DAYS[3], with_interfaces=False)
    assert len(demo_state) > 20 and demo_state["slotwatch.slots"]
    assert difference(built.state(), demo_state) == {}


def test_the_files_are_really_scattered(tmp_path):
    scatter(DEMO, tmp_path, seed=1)
    files = sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("people_raw_intake*/*")) + sorted(
        path.name for path in tmp_path.glob("people_raw_intake*.*")
    )
    assert files == [
        "people_raw_intake/part.csv",
        "people_raw_intake.2.csv",
        "people_raw_intake.csv",
        "people_raw_intake.rest.parquet",
    ]
