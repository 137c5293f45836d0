"""A database with any number of companies, which are copies of the companies of a built database with unique names."""

import shutil
from pathlib import Path

import duckdb

SCHEMAS = ("slotwatch", "slotwatch_intermediate")
NUMBERED = ("audit_id", "event_id", "log_id", "message_id", "person_id", "proof_id", "signal_id", "slot_id")
COPIES = """
    create temp table copies as
    with numbered as (
        select company_id, row_number() over (order by company_id) - 1 as number, count(*) over () as companies
        from slotwatch.companies
    ),
    every as (
        select company_id, copies.copy, number + copies.copy * companies as n
        from numbered cross join (select unnest(range(0, $copies)) as copy) as copies
        where n < $wanted
    ),
    words as (
        select
            list(distinct split_part(company_name, ' ', 1)) as firsts,
            list(distinct split_part(company_name, ' ', -1)) as lasts
        from slotwatch.companies
    ),
    named as (
        select
            every.*,
            -- a pair of first words and a last word for each number, far from its neighbours
            n * 7919 % (len(firsts) * len(firsts) * len(lasts)) as shuffled, firsts, lasts
        from every cross join words
    )
    select
        company_id, copy, n,
        case
            when copy = 0 then company_id
            else format('04.04.02.04.{:05d}.{:03d}', 40000 + n // 1000, n % 1000)
        end as new_id,
        concat_ws(
            ' ', list_sort(firsts)[1 + shuffled % len(firsts)],
            list_sort(firsts)[1 + shuffled // len(firsts) % len(firsts)],
            list_sort(lasts)[1 + shuffled // (len(firsts) * len(firsts))]
        ) as new_name,
        format('{:02d}-{:07d}', hash(n) % 90 + 10, hash(n + 1000000) % 10000000) as new_ein
    from named
"""


def multiply(source: Path, database: Path, wanted: int) -> Path:
    """Write ``database`` with ``wanted`` companies. Each is a copy of a company in ``source`` with all its rows."""
    shutil.copy(source, database)
    with duckdb.connect(str(database)) as connection:
        [companies] = connection.execute("select count(*) from slotwatch.companies").fetchone()
        connection.execute(COPIES, {"wanted": wanted, "copies": 1 + wanted // companies})
        for schema, table in connection.execute(
            """
            select schema_name, table_name from duckdb_columns()
            where column_name = 'company_id' and list_contains(?, schema_name)
                and table_name in (select table_name from duckdb_tables())
            """,
            [list(SCHEMAS)],
        ).fetchall():
            _multiply(connection, schema, table)
    return database


def _multiply(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> None:
    columns = [row[0] for row in connection.execute(f"describe {schema}.{table}").fetchall()]
    new = {name: f"{name} || case when copy = 0 then '' else '.' || copy end" for name in NUMBERED if name in columns}
    new["company_id"] = "new_id"
    if (schema, table) == ("slotwatch", "companies"):
        new |= {
            "company_name": "case when copy = 0 then company_name else new_name end",
            "name_key": "lower(new_name)",
            "domain": "case when copy = 0 then domain else lower(replace(new_name, ' ', '')) || '.example' end",
            "ein": "new_ein",
        }
    selected = ", ".join(f"{new.get(column, column)} as {column}" for column in columns)
    connection.execute(f"create temp table multiplied as select * from {schema}.{table} join copies using (company_id)")
    connection.execute(f"drop table {schema}.{table}")
    connection.execute(f"create table {schema}.{table} as select {selected} from multiplied")
    connection.execute("drop table multiplied")
