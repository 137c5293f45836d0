"""Rows between Postgres and Arrow, in batches: reading through ADBC, writing through COPY.

This module does not depend on dbt models, so other programs can use it with the credentials of a profile.
"""

import io
from collections.abc import Iterable, Iterator, Sequence, Set
from contextlib import contextmanager
from typing import Any, Protocol

import adbc_driver_postgresql.dbapi as adbc
import psycopg2
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from dbt.adapters.postgrespy.types import UNCONSTRAINED_NUMERIC, copy_text, is_list
from psycopg2.extensions import make_dsn

_SLICE_BYTES = 4 * 1024 * 1024  # size of the slices in which a batch is written as CSV
_KNOWN = frozenset(
    "int2 int4 int8 float4 float8 numeric bool text varchar bpchar char name date timestamp timestamptz time interval "
    "bytea uuid json jsonb".split()
)
"""Types that are read as they are. Others are read as text: ADBC has them as raw bytes, or takes money for cents."""
_FIRST_DAYS = (  # in 4713 BC, where the calendar of Postgres starts, as days or microseconds from 1970
    (pa.types.is_date32, pa.int32(), -2_441_000),
    (pa.types.is_timestamp, pa.int64(), -2_441_000 * 86_400_000_000),
)


class Cursor(Protocol):
    """The part of a psycopg2 cursor that this module uses."""

    rowcount: int

    def copy_expert(self, sql: str, file: Any, size: int = ...) -> Any: ...


def literal(value: object) -> str:
    """A value as an SQL string literal, safe with any value of `standard_conforming_strings`."""
    text = {True: "on", False: "off"}[value] if isinstance(value, bool) else str(value)
    quoted = text.replace("'", "''")
    return "E'" + quoted.replace("\\", "\\\\") + "'" if "\\" in quoted else f"'{quoted}'"


def identifier(name: str) -> str:
    """A name as a quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def conninfo(credentials: Any) -> str:
    """The libpq connection string for everything that dbt-postgres passes to psycopg2.

    `credentials` is a PostgresCredentials or anything with its attributes. The role and the settings are
    statements, see `session_statements`.
    """
    options = None
    if credentials.search_path:
        options = "-c search_path={}".format(credentials.search_path.replace(" ", "\\ "))
    keywords = {
        "dbname": credentials.database,
        "user": credentials.user,
        "host": credentials.host,
        "password": credentials.password,
        "port": credentials.port,
        "connect_timeout": credentials.connect_timeout,
        "keepalives_idle": credentials.keepalives_idle or None,
        "options": options,
        "sslmode": credentials.sslmode or None,
        "sslcert": credentials.sslcert,
        "sslkey": credentials.sslkey,
        "sslrootcert": credentials.sslrootcert,
        "application_name": credentials.application_name or None,
        "client_encoding": "UTF8",  # Arrow's texts are
    }
    return make_dsn(**{key: value for key, value in keywords.items() if value is not None})


def session_statements(credentials: Any) -> list[str]:
    """The SQL that puts a new connection into the profile's role and settings."""
    role = [f"set role {credentials.role}"] if credentials.role else []
    settings = getattr(credentials, "settings", None) or {}
    return role + [f"select set_config({literal(name)}, {literal(value)}, false)" for name, value in settings.items()]


@contextmanager
def connect(conninfo: str, setup: Sequence[str] = ()) -> Iterator[adbc.Connection]:
    """An ADBC connection in autocommit, after the statements of `setup`."""
    with adbc.connect(conninfo, autocommit=True) as connection:
        for statement in setup:
            with connection.cursor() as cursor:
                cursor.execute(statement)
        yield connection


@contextmanager
def read_batches(
    conninfo: str, sql: str, setup: Sequence[str] = (), *, numeric_as_text: bool = False
) -> Iterator[pa.RecordBatchReader]:
    """The rows of a query, batch by batch, read on a separate connection.

    `setup` are statements to run first, for instance `session_statements(credentials)`. Types: see the README;
    `numeric` comes as decimal128, or as its text, which holds any number of digits. Raises ValueError, naming the
    column, for types and, while the batches are read, for values that Arrow cannot hold exactly.
    """
    with connect(conninfo, setup) as connection, query_batches(connection, sql, numeric_as_text) as reader:
        yield reader


@contextmanager
def query_batches(
    connection: adbc.Connection, sql: str, numeric_as_text: bool = False
) -> Iterator[pa.RecordBatchReader]:
    """As `read_batches`, on an open ADBC connection. One reader at a time per connection."""
    query = sql.strip().rstrip(";")
    known = _KNOWN - {"numeric"} if numeric_as_text else _KNOWN
    with connection.cursor() as cursor:
        described = cursor.adbc_execute_schema(query)
        schema = pa.schema([pa.field(field.name, _read_type(field, known)) for field in described])
        # the line break keeps a comment at the end of the query from swallowing what the driver appends
        cursor.execute(_as_readable(query, described, known) + "\n")
        batches = cursor.fetch_record_batch()
        yield pa.RecordBatchReader.from_batches(schema, (_read_batch(batch, schema) for batch in batches))


def copy_batches(cursor: Cursor, table_sql: str, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> int:
    """Append batches to a table with COPY, in the transaction of the psycopg2 cursor; returns the number of rows.

    `table_sql` is the table's name as SQL, `columns` name its columns in the order of the batches' columns.
    Raises ValueError or TypeError, naming the column, for a value or a type that Postgres cannot hold, and
    RuntimeError if Postgres took a different number of rows than were sent.
    """
    source = _CsvFile(columns, batches)
    names = ", ".join(map(identifier, columns))
    try:
        cursor.copy_expert(f"copy {table_sql} ({names}) from stdin (format csv, encoding 'UTF8')", source, 1 << 16)
    except psycopg2.Error:
        if source.error is not None:  # psycopg2 keeps only the text of an exception that the source raised
            raise source.error from None
        raise
    if cursor.rowcount != source.rows:
        raise RuntimeError(f"{source.rows} rows were sent to {table_sql}, Postgres took {cursor.rowcount}")
    return source.rows


def _postgres_name(field: pa.Field) -> str:
    return (field.metadata or {}).get(b"POSTGRESQL:type", b"").decode()


def _read_type(field: pa.Field, known: Set[str]) -> pa.DataType:
    """The Arrow type of a column of the result."""
    kind = _postgres_name(field)
    item = kind.removeprefix("_")
    if item not in known:
        return pa.string() if item == kind else pa.list_(pa.string())
    if item == "numeric":
        return _numeric_type(field) if item == kind else pa.list_(UNCONSTRAINED_NUMERIC)
    return field.type


def _numeric_type(field: pa.Field) -> pa.DataType:
    """decimal128 for the column's numeric(p,s); ValueError beyond the 38 digits that it holds."""
    typmod = int((field.metadata or {}).get(b"POSTGRESQL:typmod", b"-1"))
    if typmod < 4:
        return UNCONSTRAINED_NUMERIC
    precision, scale = (typmod - 4) >> 16, ((typmod - 4) & 0x7FF ^ 1024) - 1024
    digits, scale = (max(precision, scale), scale) if scale >= 0 else (precision - scale, 0)
    if digits > 38:
        raise ValueError(f'column "{field.name}" is numeric({precision},{scale}), beyond 38 digits: cast it first')
    return pa.decimal128(digits, scale)


def _as_readable(query: str, described: pa.Schema, known: Set[str]) -> str:
    """The query, with a cast or a check around each column that ADBC would not return unchanged."""
    columns = [_readable_column(field, known) for field in described]
    if columns == [identifier(name) for name in described.names]:
        return query
    if len(set(described.names)) < len(columns):
        raise ValueError(f"a query names each of its columns once, this one has {', '.join(described.names)}")
    selected = ", ".join(f"{column} as {identifier(f.name)}" for column, f in zip(columns, described, strict=True))
    return f"select {selected} from (\n{query}\n) as query"


def _readable_column(field: pa.Field, known: Set[str]) -> str:
    column, kind = identifier(field.name), _postgres_name(field)
    if not kind.startswith("_"):
        return column if kind in known else f"{column}::text"
    values = column if kind[1:] in known else f"{column}::text[]"
    # ADBC would flatten an array of arrays; instead, a subscript that is not a number makes Postgres stop with the
    # message
    complaint = literal(f"column {field.name} holds an array of more than one dimension, cast it to text: ")
    wrong = f"({values})[({complaint} || {column}::text)::int:]"
    return f"case when array_ndims({column}) > 1 then {wrong} else {values} end"


def _read_batch(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch(
        [_read_column(column, field) for column, field in zip(batch.columns, schema, strict=True)], schema=schema
    )


def _read_column(column: pa.Array, field: pa.Field) -> pa.Array:
    """The column cast to the announced type. Raises ValueError, naming the column, if a value does not fit."""
    numbers = pa.types.is_decimal(field.type) or field.type == pa.list_(UNCONSTRAINED_NUMERIC)
    try:
        column = _decimals(column, field.type) if numbers else column
    except pa.ArrowInvalid as error:
        raise ValueError(f'column "{field.name}" holds a number that {field.type} cannot hold: {error}') from None
    _refuse_infinity(column.flatten() if is_list(field.type) else column, field.name)
    return column


def _decimals(column: pa.Array, target: pa.DataType) -> pa.Array:
    """ADBC reads numeric as text; this turns the text, or lists of it, into decimals."""
    if isinstance(column, pa.ExtensionArray):
        return column.storage.cast(target)
    if isinstance(column, pa.ListArray):
        items = _decimals(column.values, target.value_type)
        return pa.ListArray.from_arrays(column.offsets, items, mask=column.is_null())
    return column.cast(target)


def _refuse_infinity(values: pa.Array, name: str) -> None:
    """ADBC turns `infinity` and times beyond Arrow's range into wrong times before 4713 BC."""
    for is_kind, number, first_day in _FIRST_DAYS:
        if is_kind(values.type):
            earliest = pc.min(values.cast(number)).as_py()
            if earliest is not None and earliest < first_day:
                raise ValueError(f'column "{name}" holds infinity or a time beyond the range of {values.type}')


class _CsvFile(io.RawIOBase):
    """The file from which COPY reads: CSV that is written slice by slice, with a count of its rows."""

    def __init__(self, columns: Sequence[str], batches: Iterable[pa.RecordBatch]) -> None:
        self.rows = 0
        self.error: Exception | None = None
        self._columns = list(columns)
        self._chunks = (chunk for batch in batches for chunk in self._spell(batch))
        self._rest = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._chunks))
        except StopIteration:
            return b""
        except Exception as error:
            self.error = error
            raise
        taken, self._rest = self._rest[:size], self._rest[size:]
        return bytes(taken)

    def _spell(self, batch: pa.RecordBatch) -> Iterator[bytes]:
        step = max(1, batch.num_rows * _SLICE_BYTES // max(batch.nbytes, 1))
        for start in range(0, batch.num_rows, step):
            part = batch.slice(start, step)
            self.rows += part.num_rows
            yield _csv(self._columns, part)


def _csv(columns: Sequence[str], batch: pa.RecordBatch) -> bytes:
    spelled = []
    for name, column in zip(columns, batch.columns, strict=True):
        try:
            spelled.append(copy_text(column))
        except (TypeError, ValueError) as error:
            raise type(error)(f'column "{name}": {error}') from None
    sink = io.BytesIO()
    options = pa_csv.WriteOptions(include_header=False, quoting_style="all_valid")
    pa_csv.write_csv(pa.record_batch(spelled, names=list(columns)), sink, options)
    return sink.getvalue()
