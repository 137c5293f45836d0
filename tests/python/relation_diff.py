"""Reads the relations of two engines into memory and compares them row by row, every column, ignoring the order."""

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb
import psycopg2
from psycopg2 import extensions, sql

Row = tuple[Any, ...]
Table = tuple[list[str], list[Row]]
Names = tuple[str, str]

ENGINES: Names = ("duckdb", "postgres")
LONGEST = 100  # most characters of a value that a line shows
BEFORE = 20  # how many of these come before the first difference


def differences(
    left: Mapping[str, Table],
    right: Mapping[str, Table],
    keys: Mapping[str, Sequence[str]],
    limit: int = 20,
    names: Names = ENGINES,
) -> list[str]:
    """One line per difference, at most `limit` per relation and one that counts the others; none when all is equal.

    A relation with a key is compared row by row, one without as a multiset of rows. Values are equal if they have the
    same Python type and the same value: NULL is not '', True is not 1, 1 is not 1.0; decimals are compared by value,
    not by scale, and NaN equals itself.
    """
    lines = [
        f"{relation}: only in {names[0] if relation in left else names[1]}" for relation in sorted({*left} ^ {*right})
    ]
    for relation in sorted({*left} & {*right}):
        lines += _shortened(relation, _of_relation(relation, left[relation], right[relation], keys, names), limit)
    return lines


def _of_relation(
    relation: str, left: Table, right: Table, keys: Mapping[str, Sequence[str]], names: Names
) -> Iterator[tuple[str, str]]:
    """Differences of one relation: what differs (a column, or rows) and the line."""
    columns = [column for column in left[0] if column in right[0]]
    for column in sorted({*left[0]} ^ {*right[0]}):
        yield "columns", f"{relation}: column {column} only in {names[0] if column in left[0] else names[1]}"
    key = list(keys.get(relation, ()))
    if any(column not in columns for column in key):
        yield "columns", f"{relation}: a key column is not on both sides ({', '.join(key)}), compared without a key"
        key = []
    rows = _picked(left, columns), _picked(right, columns)
    if key:
        yield from _by_key(relation, columns, key, rows, names)
    else:
        yield from _as_multisets(relation, columns, rows, names)


def _by_key(
    relation: str, columns: list[str], key: list[str], rows: tuple[list[Row], list[Row]], names: Names
) -> Iterator[tuple[str, str]]:
    """Differences of rows with the same key; rows of a key that one side does not have or has several times."""
    places = [columns.index(column) for column in key]
    left, right = (_grouped(side, places) for side in rows)
    suspects = [value for value in {**left, **right} if not _same_rows(left.get(value, []), right.get(value, []))]
    for value in sorted(suspects, key=repr):
        place = f"{relation} [{_key_text(key, value)}]"
        here, there = left.get(value, []), right.get(value, [])
        if len(here) == len(there) == 1:
            for column, one, other in zip(columns, here[0], there[0], strict=True):
                if not _same(one, other):
                    texts = _shown_pair(one, other)
                    yield column, f"{place} {column}: {names[0]} {texts[0]}, {names[1]} {texts[1]}"
        elif not (here and there):
            yield from _alone(place, columns, here or there, names[0] if here else names[1])
        else:
            yield "rows", f"{place}: {names[0]} {len(here)} rows, {names[1]} {len(there)} rows"
            yield from _as_multisets(place, columns, (here, there), names)


def _as_multisets(
    place: str, columns: list[str], rows: tuple[list[Row], list[Row]], names: Names
) -> Iterator[tuple[str, str]]:
    """Rows that occur more often on one side than on the other."""
    left, right = (Counter(map(_hashable, side)) for side in rows)
    if left == right:
        return
    for more, less, name in ((left, right, names[0]), (right, left, names[1])):
        for row, _ in sorted((more - less).elements(), key=repr):
            yield from _alone(place, columns, [row], name)


def _alone(place: str, columns: list[str], rows: Iterable[Row], name: str) -> Iterator[tuple[str, str]]:
    """Rows that only one side has."""
    for row in rows:
        content = ", ".join(f"{column}={_shown(value)}" for column, value in zip(columns, row, strict=True))
        yield "rows", f"{place}: only in {name}: {content}"


def _shortened(relation: str, found: Iterator[tuple[str, str]], limit: int) -> list[str]:
    """The first lines, and one that says how many more there are in which columns."""
    lines = [line for _, line in islice(found, limit)]
    rest = Counter(what for what, _ in found)
    if rest:
        parts = ", ".join(f"{what} {count}" for what, count in sorted(rest.items()))
        lines.append(f"{relation}: {rest.total()} more differences ({parts})")
    return lines


def _picked(table: Table, columns: list[str]) -> list[Row]:
    """The rows with these columns in this order."""
    if table[0] == columns:
        return table[1]
    places = [table[0].index(column) for column in columns]
    return [tuple(row[place] for place in places) for row in table[1]]


def _grouped(rows: list[Row], places: list[int]) -> dict[Row, list[Row]]:
    """Rows by key."""
    groups: defaultdict[Row, list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple([_frozen(row[place]) for place in places])].append(row)
    return dict(groups)


def _same_rows(left: list[Row], right: list[Row]) -> bool:
    """Whether both hold the same rows; quick where there is one on each side."""
    if len(left) == len(right) == 1:
        return _same_row(left[0], right[0])
    return len(left) == len(right) and Counter(map(_hashable, left)) == Counter(map(_hashable, right))


def _same_row(left: Row, right: Row) -> bool:
    """Whether two rows are equal, value by value."""
    if left == right and list(map(type, left)) == list(map(type, right)):
        return True
    return all(map(_same, left, right))


def _same(left: Any, right: Any) -> bool:
    """Whether two values have the same type and are equal; NaN equals itself."""
    return type(left) is type(right) and _frozen(left) == _frozen(right)


def _hashable(row: Row) -> tuple[Row, tuple[type, ...]]:
    """The row with the types of its values, so that values of different types are never equal."""
    return tuple(map(_frozen, row)), tuple(map(type, row))


def _frozen(value: Any) -> Any:
    """The value in a form that can be hashed and that equals itself."""
    if isinstance(value, list):
        return tuple((type(part), _frozen(part)) for part in value)
    if isinstance(value, dict):
        return tuple((name, type(part), _frozen(part)) for name, part in sorted(value.items()))
    return value if value == value else "NaN"


def _key_text(columns: list[str], values: Row) -> str:
    """The key in the format of a line."""
    return ", ".join(
        f"{column}={value if isinstance(value, str) and value.isprintable() else _shown(value)}"
        for column, value in zip(columns, values, strict=True)
    )


def _shown_pair(left: Any, right: Any) -> tuple[str, str]:
    """Two different values as visibly different texts: with types if their texts are equal, with escapes if they look
    alike.
    """
    if type(left) is not type(right):
        texts = str(left), str(right)
        kinds = (f" ({type(left).__name__})", f" ({type(right).__name__})") if texts[0] == texts[1] else ("", "")
        return _shown(left) + kinds[0], _shown(right) + kinds[1]
    if isinstance(left, str):
        write = ascii if _folded(left) == _folded(right) else repr
        start = max(0, _common_start(left, right) - BEFORE) if max(len(left), len(right)) > LONGEST else 0
        return _cut(left, start, write), _cut(right, start, write)
    return _shown(left), _shown(right)


def _shown(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, str):
        return _cut(value, 0, repr)
    return _cut(str(value), 0, lambda text: " ".join(text.split()))


def _cut(text: str, start: int, write: Callable[[str], str]) -> str:
    """The part of a text from a place on, with dots where something is left out."""
    shown = write(text[start : start + LONGEST])
    return f"{'...' if start else ''}{shown}{'...' if len(text) > start + LONGEST else ''}"


def _common_start(left: str, right: str) -> int:
    """How many characters two texts share at their start."""
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(left), len(right)))


def _folded(text: str) -> str:
    """The text in the form in which a reader sees it."""
    return unicodedata.normalize("NFKC", text)


def duckdb_tables(path: str | Path, schemas: Iterable[str]) -> dict[str, Table]:
    """Tables and views of these schemas of a DuckDB file as `<schema>.<relation>`; JSON is a normal text."""
    with duckdb.connect(str(path)) as connection:
        catalog = connection_name(connection)
        found = connection.execute(
            "select table_schema, table_name from information_schema.tables"
            " where table_catalog = current_database() and list_contains(?, table_schema) order by all",
            [list(schemas)],
        ).fetchall()
        return {
            f"{schema}.{name}": _all_of(connection.execute(f'select * from {catalog}."{schema}"."{name}"'))
            for schema, name in found
        }


def connection_name(connection: duckdb.DuckDBPyConnection) -> str:
    """The name of the database, quoted: needed if a schema has the same name."""
    return '"' + connection.execute("select current_database()").fetchone()[0] + '"'


def postgres_tables(dsn: str, schemas: Iterable[str]) -> dict[str, Table]:
    """Tables and views of these schemas of a Postgres database as `<schema>.<relation>`; JSON is a normal text."""
    connection = psycopg2.connect(dsn)
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        _read_any_time(connection)
        with connection.cursor() as cursor:
            cursor.execute(POSTGRES_COLUMNS, [list(schemas)])
            columns: dict[tuple[str, str], list[tuple[str, str]]] = {}
            for schema, name, column, kind in cursor.fetchall():
                columns.setdefault((schema, name), []).append((column, kind))
            tables = {}
            for (schema, name), described in columns.items():
                cursor.execute(_selection(schema, name, described))
                is_json = [kind in ("json", "jsonb") for _, kind in described]
                tables[f"{schema}.{name}"] = _all_of(cursor, is_json)
            return tables
    finally:
        connection.close()


POSTGRES_COLUMNS = """
    select pg_namespace.nspname, pg_class.relname, pg_attribute.attname, pg_type.typname
    from pg_class
    join pg_namespace on pg_namespace.oid = pg_class.relnamespace
    join pg_attribute on pg_attribute.attrelid = pg_class.oid
    join pg_type on pg_type.oid = pg_attribute.atttypid
    where pg_class.relkind in ('r', 'p', 'v', 'm') and pg_attribute.attnum > 0 and not pg_attribute.attisdropped
        and pg_namespace.nspname = any(%s)
    order by 1, 2, pg_attribute.attnum
"""


def _selection(schema: str, name: str, columns: list[tuple[str, str]]) -> sql.Composed:
    """A query for all rows of a relation, with JSON as text."""
    return sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(
            sql.SQL("{0}::text as {0}" if kind in ("json", "jsonb") else "{0}").format(sql.Identifier(column))
            for column, kind in columns
        ),
        sql.Identifier(schema, name),
    )


def _all_of(cursor: Any, is_json: Sequence[bool] | None = None) -> Table:
    """Columns and rows of an executed query. Columns that are JSON become a normal text."""
    if is_json is None:
        is_json = [str(column[1]) == "JSON" for column in cursor.description]
    columns, rows = [column[0] for column in cursor.description], cursor.fetchall()
    if any(is_json):
        rows = [
            tuple(normal_json(value) if flag else value for value, flag in zip(row, is_json, strict=True))
            for row in rows
        ]
    return columns, rows


def normal_json(text: str | None) -> str | None:
    """JSON as jsonb understands it: sorted keys, the last of equal keys, one spelling of a number."""
    if text is None:
        return None
    value = json.loads(text, parse_float=_number, parse_int=_number)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _number(text: str) -> str:
    return f"number {Decimal(text).normalize() + 0}"  # jsonb has no -0


def _read_any_time(connection: Any) -> None:
    """Dates and times that Python does not know (before the year 1, after 9999) are read as their text."""
    for reader in (extensions.PYDATE, extensions.PYDATETIME, extensions.PYDATETIMETZ):
        extensions.register_type(extensions.new_type(reader.values, reader.name, _or_text(reader)), connection)


def _or_text(reader: Any) -> Callable[[str | None, Any], Any]:
    """The value as this reader gives it, or the text if the reader fails."""

    def read(text: str | None, cursor: Any) -> Any:
        try:
            return reader(text, cursor)
        except (ValueError, OverflowError):
            return text

    return read
