"""Rows between Postgres and Arrow: what survives, what is refused."""

import datetime
import decimal
import math
import random
from types import SimpleNamespace

import psycopg2
import pyarrow as pa
import pytest
from dbt.adapters.postgrespy.transfer import (
    conninfo,
    copy_batches,
    literal,
    read_batches,
    session_statements,
)
from dbt.adapters.postgrespy.types import postgres_type

TEXTS = [
    None, "", " ", "NULL", "null", "\\N", "\\.", "a\n\\.\nb", "\n\\.\n", "\\.\n", "a\rb", "a\r\nb", "\n", "\t", "a\tb",
    '"', '""', 'say "x"', "it's", "\\", "\\\\", "a,b", "{}", "{a}",
    "Zürich", "日本", "👩‍👩‍👧", "\u00a0", "\x01", "x" * 100_000,
]  # fmt: skip


def read(credentials, sql):
    with read_batches(conninfo(credentials), sql, session_statements(credentials)) as reader:
        return reader.read_all()


def write(cursor, table: pa.Table, table_sql: str = "written") -> int:
    columns = ", ".join(f'"{field.name}" {postgres_type(field.type)}' for field in table.schema)
    cursor.execute(f"create table {table_sql} ({columns})")
    rows = copy_batches(cursor, table_sql, table.column_names, table.to_batches())
    cursor.connection.commit()
    return rows


@pytest.mark.parametrize("width", [1, 2])
@pytest.mark.parametrize(
    "kind", [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]
)
def test_texts_come_back_unchanged(cursor, credentials, kind, width):
    texts = pa.array(TEXTS, pa.string())
    column = texts.dictionary_encode() if pa.types.is_dictionary(kind) else texts.cast(kind)
    names = ["id", "text"][-width:]
    table = pa.table([pa.array(range(len(TEXTS))), column][-width:], names=names)
    assert write(cursor, table) == len(TEXTS)
    cursor.execute("select text from written" + " order by id" * (width - 1))
    assert [row[0] for row in cursor.fetchall()] == TEXTS
    assert read(credentials, f"select text from {credentials.schema}.written").column("text").to_pylist() == TEXTS


def test_floats_come_back_to_the_last_bit(cursor, credentials):
    doubles = [math.inf, -math.inf, -0.0, 0.1, 5e-324, 1.7976931348623157e308, 1 / 3, 1e21, None]
    singles = pa.array([math.inf, -math.inf, -0.0, 0.1, 1e-45, 3.4028235e38, 1 / 3, 1e21, None], pa.float32())
    table = pa.table({"d": pa.array(doubles, pa.float64()), "s": singles})
    write(cursor, table)
    back = read(credentials, f"select * from {credentials.schema}.written")
    assert back.cast(table.schema).equals(table)
    assert [math.copysign(1, x) for x in back.column("d").to_pylist()[:3]] == [1, -1, -1]
    write(cursor, pa.table({"x": [math.nan, None]}), "nan_and_null")
    assert [str(x) for x in read(credentials, f"select x from {credentials.schema}.nan_and_null")["x"].to_pylist()] == [
        "nan",
        "None",
    ]


UTC = datetime.UTC
WRITTEN = [
    (pa.array([True, None]), "boolean", ["true", None]),
    (pa.array([-128], pa.int8()), "smallint", ["-128"]),
    (pa.array([65535], pa.uint16()), "integer", ["65535"]),
    (pa.array([2**32 - 1], pa.uint32()), "bigint", ["4294967295"]),
    (pa.array([-(2**63), None]), "bigint", ["-9223372036854775808", None]),
    (pa.array([2**64 - 1], pa.uint64()), "numeric(20,0)", ["18446744073709551615"]),
    (pa.array([1.5], pa.float16()), "real", ["1.5"]),
    (pa.array([decimal.Decimal("-0.00000001"), None], pa.decimal128(38, 8)), "numeric(38,8)", ["-0.00000001", None]),
    (pa.array([decimal.Decimal(10**75)], pa.decimal256(76, 0)), "numeric(76,0)", [str(10**75)]),
    (pa.array([datetime.date(1, 1, 1), datetime.date(9999, 12, 31)]), "date", ["0001-01-01", "9999-12-31"]),
    (pa.array([0], pa.date64()), "date", ["1970-01-01"]),
    (pa.array([-1], pa.timestamp("us")), "timestamp without time zone", ["1969-12-31 23:59:59.999999"]),
    (pa.array([1_000], pa.timestamp("ns")), "timestamp without time zone", ["1970-01-01 00:00:00.000001"]),
    (pa.array([0], pa.timestamp("s", "America/New_York")), "timestamp with time zone", ["1970-01-01 00:00:00+00"]),
    (pa.array([1], pa.time64("us")), "time without time zone", ["00:00:00.000001"]),
    (pa.array([1], pa.time32("s")), "time without time zone", ["00:00:01"]),
    (pa.array([b"\x00\xff", b"", None]), "bytea", ["\\x00ff", "\\x", None]),
    (pa.array([b"ab"], pa.binary(2)), "bytea", ["\\x6162"]),
    (pa.array([None, None]), "text", [None, None]),
    (pa.array([(-1, 2, -3000)], pa.month_day_nano_interval()), "interval", ["-1 mons +2 days -00:00:00.000003"]),
    (pa.array([b"\x00" * 16, None], pa.uuid()), "uuid", ["00000000-0000-0000-0000-000000000000", None]),
    (pa.array(['{"a": 1}'], pa.json_()), "json", ['{"a": 1}']),
    (pa.array([[1, None], [], None]), "bigint[]", ["{1,NULL}", "{}", None]),
    (
        pa.array([["", "NULL", None, 'a"b\\', "{", "a,b", "\n"]]),
        "text[]",
        ['{"","NULL",NULL,"a\\"b\\\\","{","a,b","\n"}'],
    ),
    (pa.array([[0.5, math.nan]], pa.large_list(pa.float64())), "double precision[]", ["{0.5,NaN}"]),
    (pa.array([[1, 2]], pa.list_(pa.int16(), 2)), "smallint[]", ["{1,2}"]),
    (pa.array([[decimal.Decimal("1.50")]], pa.list_(pa.decimal128(5, 2))), "numeric(5,2)[]", ["{1.50}"]),
    (pa.array([[b"\x01"]]), "bytea[]", ['{"\\\\x01"}']),
    (pa.array([[True, None]]), "boolean[]", ["{t,NULL}"]),
    (pa.array([[datetime.date(2020, 1, 2)]]), "date[]", ["{2020-01-02}"]),
    (
        pa.array([[0]], pa.list_(pa.timestamp("us", "UTC"))),
        "timestamp with time zone[]",
        ['{"1970-01-01 00:00:00+00"}'],
    ),
    (pa.array([[1, 2], None, [3], []])[2:], "bigint[]", ["{3}", "{}"]),
    (pa.array([["x" * 1000] * 50] * 2000), "text[]", ["{" + ",".join(["x" * 1000] * 50) + "}"] * 2000),
]


@pytest.mark.parametrize(("array", "kind", "texts"), WRITTEN, ids=lambda value: value if isinstance(value, str) else "")
def test_each_arrow_type_has_its_postgres_type(cursor, array, kind, texts):
    write(cursor, pa.table({"x": array}))
    cursor.execute(
        "select format_type(atttypid, atttypmod) from pg_attribute where attrelid = 'written'::regclass and attnum = 1"
    )
    assert cursor.fetchone() == (kind,)
    cursor.execute("select x::text from written")
    assert [row[0] for row in cursor.fetchall()] == texts


@pytest.mark.parametrize(
    "array",
    [
        pa.array([{"a": 1}]),
        pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
        pa.array([[[1]]]),
        pa.array([[{"a": 1}]]),
        pa.array([1], pa.duration("s")),
        pa.ExtensionArray.from_storage(pa.opaque(pa.string(), "thing", "vendor"), pa.array(["x"])),
    ],
    ids=lambda array: str(array.type),
)
def test_other_types_are_refused_with_the_column(cursor, array):
    cursor.execute("create table written (thing text)")
    with pytest.raises(TypeError, match='column "thing": Postgres has no column type for'):
        copy_batches(cursor, "written", ["thing"], [pa.record_batch({"thing": array})])


@pytest.mark.parametrize(
    ("array", "message"),
    [
        (pa.array(["fine", "a\0b"]), "a text holds a NUL character"),
        (pa.array([["a\0b"]]), "a text holds a NUL character"),
        (pa.array(["a\0b"]).dictionary_encode(), "a text holds a NUL character"),
        (pa.array([1], pa.timestamp("ns")), "fraction of a microsecond"),
        (pa.array([1], pa.time64("ns")), "fraction of a microsecond"),
        (pa.array([(0, 0, 1)], pa.month_day_nano_interval()), "fraction of a microsecond"),
    ],
)
def test_values_that_postgres_cannot_hold_are_refused_with_the_column(cursor, array, message):
    cursor.execute(f"create table written (thing {postgres_type(array.type)})")
    cursor.connection.commit()
    with pytest.raises(ValueError, match=f'column "thing": .*{message}'):
        copy_batches(cursor, "written", ["thing"], [pa.record_batch({"thing": array})])
    cursor.connection.rollback()
    cursor.execute("select count(*) from written")
    assert cursor.fetchone() == (0,)


def test_rows_are_counted_on_both_sides():
    class Lossy:
        rowcount = 0

        def copy_expert(self, sql, file, size):
            while file.read(size):
                self.rowcount = 1

    with pytest.raises(RuntimeError, match="2 rows were sent to t, Postgres took 1"):
        copy_batches(Lossy(), "t", ["a"], [pa.record_batch({"a": [1, 2]})])


def test_an_error_of_the_source_is_raised_as_it_was(cursor):
    def batches():
        yield pa.record_batch({"a": [1]})
        raise KeyError("gone")

    cursor.execute("create table written (a bigint)")
    with pytest.raises(KeyError, match="gone"):
        copy_batches(cursor, "written", ["a"], batches())


def test_a_query_without_rows_gives_an_empty_table(cursor, credentials):
    assert write(cursor, pa.table({"a": pa.array([], pa.int64())})) == 0
    assert read(credentials, f"select * from {credentials.schema}.written").num_rows == 0


READ = [
    ("1::int2", pa.int16(), 1),
    ("1::int8", pa.int64(), 1),
    ("'nan'::float4", pa.float32(), None),
    ("1.5::numeric(10,2)", pa.decimal128(10, 2), decimal.Decimal("1.50")),
    ("0.0012::numeric(2,4)", pa.decimal128(4, 4), decimal.Decimal("0.0012")),
    ("1234::numeric(2,-2)", pa.decimal128(4, 0), decimal.Decimal(1200)),
    ("(10::numeric ^ 37)::numeric(38,0)", pa.decimal128(38, 0), decimal.Decimal(10**37)),
    ("1::numeric / 3", pa.decimal128(38, 20), decimal.Decimal("0.33333333333333333333")),
    ("sum(9223372036854775807 / 100)", pa.decimal128(38, 20), decimal.Decimal(92233720368547758)),
    ("null::numeric", pa.decimal128(38, 20), None),
    ("''::text", pa.string(), ""),
    ("'x'::char(3)", pa.string(), "x  "),
    ("date '0044-03-15 BC'", pa.date32(), None),
    ("timestamp '2020-01-01 00:00:00.000001'", pa.timestamp("us"), datetime.datetime(2020, 1, 1, 0, 0, 0, 1)),
    ("timestamptz '2020-01-01 02:00+02'", pa.timestamp("us", "UTC"), datetime.datetime(2020, 1, 1, tzinfo=UTC)),
    ("time '10:00'", pa.time64("us"), datetime.time(10)),
    ("'\\x00ff'::bytea", pa.binary(), b"\x00\xff"),
    ("'{\"a\":  1}'::json", pa.json_(), '{"a":  1}'),
    ("'{\"a\":  1}'::jsonb", pa.json_(), '{"a": 1}'),
    ("array[1, null]", pa.list_(pa.int32()), [1, None]),
    ("array['a', null, '']", pa.list_(pa.string()), ["a", None, ""]),
    ("array[1.5, null]::numeric(5,2)[]", pa.list_(pa.decimal128(38, 20)), [decimal.Decimal("1.5"), None]),
    ("null::numeric[]", pa.list_(pa.decimal128(38, 20)), None),
    ("array[]::date[]", pa.list_(pa.date32()), []),
    ("'1.2.3.4'::inet", pa.string(), "1.2.3.4/32"),
    ("array['1.2.3.4'::inet]", pa.list_(pa.string()), ["1.2.3.4/32"]),
    ("1.5::money", pa.string(), "$1.50"),
    ("4294967295::oid", pa.string(), "4294967295"),
    ("int4range(1, 3)", pa.string(), "[1,3)"),
    ("b'101'", pa.string(), "101"),
    ("row(1, 'a')", pa.string(), "(1,a)"),
    ("null", pa.string(), None),
]


@pytest.mark.parametrize(("expression", "kind", "value"), READ, ids=[row[0] for row in READ])
def test_each_postgres_type_is_read(credentials, expression, kind, value):
    credentials.settings = {"lc_monetary": "C"}
    column = read(credentials, f"select {expression} as x -- the last line").column("x")
    assert column.type == kind or (isinstance(column.type, pa.BaseExtensionType) and column.type.equals(kind))
    if value is not None:
        assert column.to_pylist() == [value]


def test_a_new_enum_type_is_read_as_text(cursor, credentials):
    cursor.execute(
        "create type mood as enum ('fine'); create table moods as select 'fine'::mood as m, array['fine'::mood] as ms"
    )
    cursor.connection.commit()
    assert read(credentials, f"select * from {credentials.schema}.moods").to_pylist() == [{"m": "fine", "ms": ["fine"]}]


def test_numerics_are_read_to_the_last_digit(cursor, credentials):
    numbers = random.Random(7)
    texts = [
        f"{numbers.choice(['', '-'])}{numbers.randrange(10 ** numbers.randint(1, 18))}.{numbers.randrange(10**20):020d}"
        for _ in range(3000)
    ] + ["0.00000000000000000001", "0.0001", "-0.00010000", "10000.00000001", "100000000", "999999999999999999"]
    cursor.execute("create table numbers as select unnest(%s::numeric[]) as n", (texts,))
    cursor.connection.commit()
    read_back = read(credentials, f"select n, n::numeric(38,20) as p from {credentials.schema}.numbers")
    assert read_back["n"].to_pylist() == [decimal.Decimal(text) for text in texts]
    assert read_back["p"].to_pylist() == [decimal.Decimal(text) for text in texts]


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("'NaN'::numeric", 'column "x" holds a number'),
        ("'infinity'::numeric", 'column "x" holds a number'),
        ("1e18::numeric", 'column "x" holds a number'),
        ("1e-21::numeric", 'column "x" holds a number'),
        ("array['NaN'::numeric]", 'column "x" holds a number'),
        ("1::numeric(39,0)", 'column "x" is numeric\\(39,0\\)'),
        ("date 'infinity'", 'column "x" holds infinity'),
        ("date '-infinity'", 'column "x" holds infinity'),
        ("timestamp 'infinity'", 'column "x" holds infinity'),
        ("timestamptz '-infinity'", 'column "x" holds infinity'),
        ("timestamp '294276-12-31'", 'column "x" holds infinity or a time beyond'),
        ("array[date 'infinity']", 'column "x" holds infinity'),
        ("array[[1, 2], [3, 4]]", "column x holds an array of more than one dimension"),
        ("1, 2 as x, '1.2.3.4'::inet", "names each of its columns once"),
        ("1 where 1 / 0 = 1", "division by zero"),
    ],
)
def test_what_arrow_cannot_hold_exactly_is_refused(credentials, expression, message):
    with pytest.raises(Exception, match=message):
        read(credentials, f"select {expression} as x" if "where" not in expression else f"select {expression}")


def test_numerics_beyond_decimals_are_read_as_text_on_demand(credentials):
    sql = "select 'NaN'::numeric as n, 1::numeric(60,2) as p, array[1e40::numeric] as l"
    with read_batches(conninfo(credentials), sql, numeric_as_text=True) as reader:
        assert reader.read_all().to_pylist() == [{"n": "NaN", "p": "1.00", "l": ["1" + 40 * "0"]}]


def test_a_query_may_end_in_a_comment_and_name_a_column_twice(credentials):
    assert read(credentials, "select 1 as a, 2 as a;\n").num_columns == 2
    assert read(credentials, "select '1.2.3.4'::inet as a -- last").to_pylist() == [{"a": "1.2.3.4/32"}]


def test_batches_are_read_one_by_one(credentials):
    with read_batches(conninfo(credentials), "select repeat('x', 1000) as x from generate_series(1, 100000)") as reader:
        sizes = [batch.num_rows for batch in reader]
    assert len(sizes) > 1 and sum(sizes) == 100_000


def test_literals_are_safe_with_any_escape_setting_of_the_server(cursor):
    for text in ["it's", "\\", "\\'", "a\\'; select 1 --", "%s"]:
        for setting in ("on", "off"):
            cursor.execute(f"set standard_conforming_strings = {setting}")
            cursor.execute(f"select {literal(text)}")
            assert cursor.fetchone() == (text,)
    assert (literal(True), literal(False), literal(5)) == ("'on'", "'off'", "'5'")


def test_the_connection_string_has_everything_that_dbt_passes_to_psycopg2():
    credentials = SimpleNamespace(
        database="my db", user="o'neil", host="/a folder", password="p@ss'w%rd /?#\"\\ ", port=6543, connect_timeout=7,
        keepalives_idle=30, search_path="one, two", sslmode="require", sslcert="c", sslkey="k", sslrootcert="r",
        application_name="dbt", role="boss", settings={"TimeZone": "UTC"},
    )  # fmt: skip
    assert psycopg2.extensions.parse_dsn(conninfo(credentials)) == {
        "dbname": "my db", "user": "o'neil", "host": "/a folder", "password": "p@ss'w%rd /?#\"\\ ", "port": "6543",
        "connect_timeout": "7", "keepalives_idle": "30", "options": "-c search_path=one,\\ two", "sslmode": "require",
        "sslcert": "c", "sslkey": "k", "sslrootcert": "r", "application_name": "dbt", "client_encoding": "UTF8",
    }  # fmt: skip
    assert session_statements(credentials) == ["set role boss", "select set_config('TimeZone', 'UTC', false)"]
