"""The made-up raw tables: documented proportions, the same rows for the same arguments, and a build that finds them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import networkx as nx
import numpy as np
import polars as pl
import pytest
from click.testing import CliRunner
from warehouse_support import DuckDBWarehouse

from slotwatch.cli import main
from slotwatch.generator import FIRST_DAY, MAX_COMPANIES, MAX_DAYS
from slotwatch.generator.raw_tables import GeneratorError, generate
from slotwatch.generator.world import ROLES, STAYS, World, draw_world


def tables_of(folder: Path) -> dict[str, pl.DataFrame]:
    return {file.stem: pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))}


@pytest.fixture(scope="module")
def documented(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """The tables at the documented size, five days."""
    folder = tmp_path_factory.mktemp("documented")
    list(generate(draw_world(95_004, 5, 1, FIRST_DAY), folder))
    return tables_of(folder)


def test_the_documented_seats_are_filled_exactly():
    world = draw_world(95_004, 5, 1, FIRST_DAY)

    holders = Counter(ROLES[role] for role in world.role[(world.role < len(ROLES)) & (world.end == STAYS)])

    assert holders == {"CEO": 62_289, "CFO": 57_327, "HR": 58_141}


def test_each_later_day_changes_one_percent_of_the_slots():
    world = draw_world(95_004, 4, 1, FIRST_DAY)
    old = world.company_day[world.company] == 0
    held = world.role < len(ROLES)
    came = {
        (c, r): d
        for c, r, d in zip(world.company[old & held], world.role[old & held], world.person_day[old & held], strict=True)
    }
    for day in (2, 3, 4):
        left = set(zip(world.company[world.end_day == day], world.role[world.end_day == day], strict=True))
        filled = {seat for seat, when in came.items() if when == day}
        assert len(left | filled) == round(0.01 * 3 * 95_004)


def test_tables_have_the_documented_volumes(documented: dict[str, pl.DataFrame]):
    once = {name: table.unique(table.columns[0]).height for name, table in documented.items()}

    assert once["company_raw_intake"] == pytest.approx(95_004, rel=0.02)
    assert documented["people_raw_intake"].height == pytest.approx(190_000, rel=0.08)
    assert once["email_verification"] == 60_431
    assert once["talent_flow_movements"] == 20_000
    assert once["blog_articles"] == 30_000
    assert once["bit_signal"] == 300_000
    assert once["message_log"] == 50_000


def test_shares_equal_the_documented_shares(documented: dict[str, pl.DataFrame]):
    checks = documented["email_verification"].unique("verification_id")["email_status"].value_counts(normalize=True)
    assert {status: round(share, 3) for status, share in checks.iter_rows()} == {
        "valid": 0.717,
        "risky": 0.153,
        "invalid": 0.130,
    }
    filings = documented["form_5500"].unique("ack_id")
    assert filings["spons_dfe_ein"].n_unique() == round(0.782 * 95_004)
    assert filings.height == 3 * filings["spons_dfe_ein"].n_unique()
    lines = documented["schedule_a"].unique(["ack_id", "form_id"]).height
    assert lines / filings.height == pytest.approx(1.5, abs=0.01)


@pytest.mark.parametrize(
    "table, column", [("company_raw_intake", "employee_count"), ("schedule_h", "emplr_contrib_income_amt")]
)
def test_two_percent_of_the_values_are_unreadable(documented: dict[str, pl.DataFrame], table: str, column: str):
    values = documented[table][column].drop_nulls()
    assert 1 - values.str.contains(r"^[\d,]+$").mean() == pytest.approx(0.02, abs=0.004)


def test_every_filing_is_known_at_the_first_build(documented: dict[str, pl.DataFrame]):
    """Otherwise a night without new rows would still find new filings."""
    assert documented["form_5500"]["date_received"].max().date() < FIRST_DAY


def test_two_percent_of_the_rows_come_twice(documented: dict[str, pl.DataFrame]):
    for name in ("form_5500", "bit_signal", "message_log"):
        table = documented[name]
        assert 1 - table.unique().height / table.height == pytest.approx(0.02, abs=0.002)


def test_the_same_arguments_give_the_same_rows(tmp_path: Path):
    for folder, seed in (("a", 3), ("b", 3), ("c", 4)):
        list(generate(draw_world(400, 3, seed, FIRST_DAY), tmp_path / folder))
    a, b, c = (tables_of(tmp_path / folder) for folder in "abc")

    assert all(a[name].equals(b[name]) for name in a)
    assert not any(a[name].equals(c[name]) for name in ("company_raw_intake", "people_raw_intake", "bit_signal"))


def test_a_world_of_one_company_can_be_written(tmp_path: Path):
    tables = list(generate(draw_world(1, 1, 1, FIRST_DAY), tmp_path))

    assert tables[0].rows == 1


def test_other_files_in_the_folder_are_not_changed(tmp_path: Path):
    (tmp_path / "form_5500.csv").write_text("ack_id\n")

    with pytest.raises(GeneratorError, match=r"holds other files \('form_5500.csv'\): name an empty one"):
        list(generate(draw_world(10, 1, 1, FIRST_DAY), tmp_path))


@pytest.mark.parametrize("arguments", [["--companies", "0"], ["--companies", "10", "--days", "61"]])
def test_the_command_names_its_limits(tmp_path: Path, arguments: list[str]):
    result = CliRunner().invoke(main, ["generate", *arguments, str(tmp_path)])

    assert result.exit_code == 2
    assert f"1<=x<={MAX_COMPANIES if '0' in arguments else MAX_DAYS}" in result.output


@pytest.mark.parametrize("missing", ["polars", "numpy", "faker"])
def test_without_its_extra_the_command_says_what_to_install(tmp_path: Path, monkeypatch, missing: str):
    for name in [name for name in sys.modules if name.startswith("slotwatch.generator.")]:
        monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr("slotwatch.generator." + name.split(".")[2], raising=False)
    for name in [missing, *(name for name in sys.modules if name.startswith(f"{missing}."))]:
        monkeypatch.setitem(sys.modules, name, None)
    result = CliRunner().invoke(main, ["generate", "--companies", "5", str(tmp_path)])
    assert result.exit_code == 1
    assert result.output.startswith("Error: `slotwatch generate` needs the extra `generate`")
    assert "[generate]" in result.output and not list(tmp_path.iterdir())


def test_the_command_says_how_to_build_it(tmp_path: Path):
    result = CliRunner().invoke(main, ["generate", "--companies", "50", "--days", "2", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert "--days '2025-11-10 06:00:00,2025-11-11 06:00:00'" in result.output.replace("\n", "")


@pytest.fixture(scope="module")
def small_world(tmp_path_factory: pytest.TempPathFactory, warehouse) -> tuple[World, DuckDBWarehouse]:
    """A world of 950 companies, built on each of its two days with every data test on the last."""
    world = draw_world(950, 2, 5, FIRST_DAY)
    folder = tmp_path_factory.mktemp("world")
    list(generate(world, folder))
    built = warehouse(folder)
    for day in world.build_days():
        built.build(day, with_tests=day == world.build_days()[-1], with_interfaces=False)
    return world, built


@pytest.mark.long
def test_a_build_finds_who_holds_which_seat(small_world: tuple[World, DuckDBWarehouse]):
    world, built = small_world
    holders = np.flatnonzero((world.role < len(ROLES)) & (world.end == STAYS))
    drawn = {
        (world.domain[int(world.company[p])], ROLES[world.role[p]], world.last_name[int(p)].lower()) for p in holders
    }

    found = built.query(
        "select companies.domain, slots.role, lower(people.last_name) from slotwatch.slots"
        " join slotwatch.people using (person_id) join slotwatch.companies on companies.company_id = slots.company_id"
    )

    assert set(found) == drawn
    assert len(found) == len(drawn)


@pytest.mark.long
def test_a_build_finds_the_changes(small_world: tuple[World, DuckDBWarehouse]):
    world, built = small_world
    changes = built.query(
        "select count(distinct slot_id) from slotwatch.slot_events group by occurred_at order by occurred_at"
    )
    assert len(changes) == world.days
    assert all(count >= round(0.01 * 3 * 950) for (count,) in changes)


# The columns of a company that a reader sees, without ids, because ids depend on what else is known.
SEEN_OF_A_COMPANY = {
    "slots": "companies.company_name, marts.role, marts.status, marts.filled_at, marts.vacated_at, people.full_name",
    "slot_events": "companies.company_name, marts.role, marts.event_type, marts.occurred_at, people.full_name",
    "people": "companies.company_name, marts.full_name, marts.title, marts.email, marts.email_status",
    "company_filings": "companies.company_name, marts.*exclude (company_id)",
    "pressure_signals": "companies.company_name, marts.signal_type, marts.magnitude, marts.evidence_text",
    "bit_rule_events": "companies.company_name, marts.rule_name, marts.weight, marts.detected_at, marts.source_table",
    "company_bands": "companies.company_name, marts.*exclude (company_id)",
    "proof_lines": "companies.company_name, marts.proof_line, marts.generated_at, marts.superseded_at, marts.verdict",
}
KEPT_WHOLE = (
    "campaign",
    "email_verification",
    "suppression",
)  # rows outside the sample do not matter


@pytest.mark.long
def test_companies_built_alone_give_the_same_rows_as_among_many(
    small_world: tuple[World, DuckDBWarehouse], tmp_path: Path, warehouse
):
    world, among_many = small_world
    sample = linked_companies(among_many, at_least=200)
    assert len(sample) >= 200
    write_rows_of(sample, among_many, tmp_path)
    alone = warehouse(tmp_path)
    for day in world.build_days():
        alone.build(day, with_interfaces=False)

    for mart in SEEN_OF_A_COMPANY:
        expected = seen(among_many, mart, sample)
        assert expected
        assert Counter(seen(alone, mart)) == Counter(expected), mart


def linked_companies(built: DuckDBWarehouse, at_least: int) -> list[str]:
    """Ids of companies, each together with the companies that a movement or a person links to it."""
    links = nx.Graph()
    links.add_nodes_from(sorted(built.column("select company_id from slotwatch.companies")))
    links.add_edges_from(
        built.query(
            """
            with linked as (
                select raw_table || raw_id as link, company_id from slotwatch_intermediate.int_company_references
                where company_id is not null
                union
                select ids.person_id, observations.company_id from slotwatch_intermediate.int_person_identity as ids
                join slotwatch_intermediate.int_person_observations as observations using (observation_key)
            )
            select a.company_id, b.company_id from linked as a join linked as b using (link)
            where a.company_id < b.company_id order by all
            """
        )
    )
    sample: list[str] = []
    for component in sorted(
        map(sorted, nx.connected_components(links)), key=lambda ids: (len(ids), ids[0]), reverse=True
    ):
        if len(component) < 50 and len(sample) < at_least:  # linked companies first, because they are the harder cases
            sample += component
    return sample


def write_rows_of(sample: list[str], built: DuckDBWarehouse, folder: Path) -> None:
    """The raw rows that the build found to be about these companies."""
    ids = ", ".join(f"'{company_id}'" for company_id in sample)
    known = built.query(
        f"""
        select 'company_raw_intake', intake_id from slotwatch_intermediate.int_company_identity
        where kind = 'row' and company_id in ({ids})
        union
        select raw_table, raw_id from slotwatch_intermediate.int_company_references where company_id in ({ids})
        union
        select unnest(['form_5500', 'schedule_a', 'schedule_a_brokers', 'schedule_h']), ack_id
        from slotwatch_staging.stg_form_5500
        where ein in (
            select key_value from slotwatch_intermediate.int_company_keys where step = 3 and company_id in ({ids})
        )
        """
    )
    for name, table in tables_of(built.raw).items():
        about = [raw_id for raw_table, raw_id in known if raw_table == name]
        rows = table if name in KEPT_WHOLE else table.filter(pl.col(table.columns[0]).cast(pl.String).is_in(about))
        rows.write_parquet(folder / f"{name}.parquet")


def seen(built: DuckDBWarehouse, mart: str, sample: list[str] | None = None) -> list[tuple]:
    """The rows of a mart about the sample, or all companies, as a reader sees them."""
    columns = SEEN_OF_A_COMPANY[mart]
    people = "left join slotwatch.people as people on marts.person_id = people.person_id"
    chosen = "" if sample is None else "where companies.company_id in ('" + "', '".join(sample) + "')"
    return built.query(
        f"select {columns} from slotwatch.{mart} as marts"
        " join slotwatch.companies as companies on marts.company_id = companies.company_id"
        f" {people if 'people.' in columns else ''} {chosen}"
    )
