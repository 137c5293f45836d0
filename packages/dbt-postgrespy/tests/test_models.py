"""Python models: their arguments, their results, their errors, and the work of dbt around them."""

import sys

import pytest

SOURCE = """
    select g as id, 'v' || g as name, (g / 4.0)::numeric(10, 2) as share, g % 2 = 0 as even
    from generate_series(1, 10) as g
    """


def python(body: str, **config: object) -> str:
    settings = ", ".join(f"{name}={value!r}" for name, value in {"materialized": "table", **config}.items())
    lines = [f"    {line}" for line in body.splitlines()]
    return "\n".join(["def model(dbt, session):", f"    dbt.config({settings})", *lines, ""])


RETURNED = {
    "relation": "return dbt.ref('base')",
    "arrow_table": "return dbt.ref('base').to_arrow_table()",
    "arrow_reader": "return dbt.ref('base').to_arrow_reader(3)",
    "arrow_batch": "return dbt.ref('base').to_arrow_table().combine_chunks().to_batches()[0]",
    "polars_frame": "return dbt.ref('base').pl()",
    "polars_lazy": "return dbt.ref('base').pl().lazy()",
    "pandas_frame": "return dbt.ref('base').df()",
}


def test_a_model_may_return_each_kind_of_table(make_project):
    models = {f"models/{name}.py": python(body) for name, body in RETURNED.items()}
    project = make_project({"models/base.sql": SOURCE, **models})
    assert project.run().success
    expected = project.query("select * from {schema}.base order by id")
    for name in RETURNED:
        assert (
            project.query(f"select id, name, share::numeric(10,2), even from {{schema}}.{name} order by id") == expected
        )
    for name in ("relation", "arrow_table", "polars_frame"):
        types = project.types(name)
        assert types == {"id": "integer", "name": "text", "share": "numeric(10,2)", "even": "boolean"}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return [1]", "a Python model returns a DuckDB relation, .* this one returned builtins.list"),
        ("return None", "this one returned builtins.NoneType"),
        ("import pyarrow as pa\nreturn pa.table({})", "without columns"),
        ("return session.query('select 1 as a').to_arrow_table().select([0, 0])", 'column "a": a name must be unique'),
        ("return session.query('select 1 as a').project('a as \"' + 64 * 'x' + '\"')", "1 to 63 bytes"),
        ("return session.duckdb.sql('select {a: 1} as thing')", '"thing": Postgres has no column type for struct'),
        ("return session.duckdb.sql(\"select 'a' || chr(0) as thing\")", '"thing": a text holds a NUL character'),
        ("return session.query('select * from nowhere')", 'relation "nowhere" does not exist'),
        ("return dbt.ref('cte')", "cte.* is ephemeral"),
        ("return session.query('insert into t values (1)')", "relation \"t\" does not exist|read-only|RETURNING"),
    ],
)  # fmt: skip
def test_a_result_that_is_not_a_table_gives_one_clear_error(make_project, body, message):
    project = make_project(
        {"models/cte.sql": "{{ config(materialized='ephemeral') }} select 1 as a", "models/wrong.py": python(body)}
    )
    outcome = project.run()
    assert not outcome.success
    with pytest.raises(Exception, match=message):
        raise Exception(outcome.messages["wrong"])
    assert "models/wrong.py" in outcome.messages["wrong"]
    assert project.query("select relname from pg_class where relnamespace = '{schema}'::regnamespace") == []


def test_relations_are_read_once_and_joined_with_each_other(make_project):
    body = """
one, two = dbt.ref("base"), dbt.ref("base")
other = dbt.source("raw", "things")
known = session.query("select id from base where id > 8")
again = session.table("base").filter("id <= 9")
joined = one.set_alias("one").join(two.set_alias("two"), "id").join(other.set_alias("other"), "id")
assert joined.to_arrow_table().num_rows == joined.pl().height == len(joined.df()) == 3
rest = again.join(known.set_alias("known"), "id", how="anti")
assert session.duckdb.sql("select count(*) from rest").fetchall() == [(8,)]
assert session.sql("select 1 as a").fetchall() == session.execute("select 1 as a").fetchall() == [(1,)]
return rest
"""
    project = make_project(
        {
            "models/base.sql": SOURCE,
            "models/sources.yml": """
                sources:
                  - name: raw
                    schema: "{{ target.schema }}"
                    tables: [{name: things}]
                """,
            "models/joined.py": python(body),
        },
    )
    project.output["search_path"] = project.schema
    project.query("create table {schema}.things as select generate_series(1, 3) as id")
    project.query("grant select on {schema}.things to modeller")
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert project.query("select count(*), max(id) from {schema}.joined") == [(8, 8)]


def test_the_dbt_object_has_what_dbt_promises(make_project):
    body = """
assert dbt.config.get("colour") == "red" and dbt.config.get("none", 5) == 5
assert dbt.this.schema == "{schema}" and dbt.this.identifier == "facts"
return session.query(f"select '{dbt.this}' as this, {dbt.is_incremental} as is_incremental")
"""
    project = make_project({})
    model = python(body.replace("{schema}", project.schema), materialized="incremental", incremental_strategy="append")
    project.write({"models/facts.py": model, "models/facts.yml": "models: [{name: facts, config: {colour: red}}]"})
    for _ in range(2):
        assert project.run().success
    assert project.query("select * from {schema}.facts order by 2") == [
        (f'"postgres"."{project.schema}"."facts"', False),
        (f'"postgres"."{project.schema}"."facts"', True),
    ]


def test_a_model_reads_one_snapshot_of_the_database(make_project, server):
    body = """
import psycopg2
before = session.query("select count(*) as rows from {schema}.things").fetchall()
connection = psycopg2.connect("{dsn}")
with connection, connection.cursor() as cursor:
    cursor.execute("insert into {schema}.things values (4)")
after = session.query("select count(*) as rows from {schema}.things").fetchall()
assert before == after == [(3,)], (before, after)
return session.query("select 1 as a")
"""
    project = make_project({})
    project.query("create table {schema}.things as select generate_series(1, 3) as id")
    project.query("alter table {schema}.things owner to modeller")
    dsn = f"host={server.host} port={server.port} user=modeller password=plain dbname={server.dbname}"
    project.write({"models/facts.py": python(body.replace("{schema}", project.schema).replace("{dsn}", dsn))})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert project.query("select count(*) from {schema}.things") == [(4,)]


def test_the_yml_gives_the_types_of_columns(make_project):
    body = """
import pyarrow as pa
return pa.table({
    "code": ["a"], "amount": [1], "happened": ["2020-01-01 10:00"], "document": ['{"a": 1}'], "nothing": [None],
    "nothings": [None], "key": ["00000000-0000-0000-0000-000000000001"], "kept": [1.5], "Odd name": ["x"],
})
"""
    types = {
        "code": "varchar(3)", "amount": "numeric(12,2)", "happened": "timestamptz", "document": "jsonb",
        "nothings": "text[]", "key": "uuid", "absent": "integer",
    }  # fmt: skip
    columns = "".join(f"\n      - {{name: {name}, data_type: '{kind}'}}" for name, kind in types.items())
    project = make_project({"models/typed.py": python(body)})
    (project.folder / "models/typed.yml").write_text(f"models:\n  - name: typed\n    columns:{columns}\n")
    assert project.run().success
    assert project.types("typed") == {
        "code": "character varying(3)", "amount": "numeric(12,2)", "happened": "timestamp with time zone",
        "document": "jsonb", "nothing": "text", "nothings": "text[]", "key": "uuid", "kept": "double precision",
        "Odd name": "text",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("expression", "kind", "message"),
    [
        ("'abcd'", "varchar(3)", "value too long"),
        ("'x'", "integer", "invalid input syntax for type integer"),
        ("[]::integer[]", "jsonb", 'column "thing": values of the Arrow type list.* cannot be written to jsonb'),
        ("'a'::blob", "text", 'column "thing": values of the Arrow type binary cannot be written to text'),
    ],
)
def test_a_value_that_the_declared_type_does_not_take_is_an_error(make_project, expression, kind, message):
    project = make_project({"models/typed.py": python(f'return session.duckdb.sql("select {expression} as thing")')})
    (project.folder / "models/typed.yml").write_text(
        f"models: [{{name: typed, columns: [{{name: thing, data_type: '{kind}'}}]}}]"
    )
    outcome = project.run()
    with pytest.raises(Exception, match=message):
        raise Exception(outcome.messages["typed"])


def test_duckdb_types_keep_their_meaning(make_project):
    body = """
return session.duckdb.sql('''
    select '00000000-0000-0000-0000-000000000001'::uuid as u, '{"a": 1}'::json as j, sum(1) as s, count(*) as c,
        'x'::enum('x', 'y') as e, timestamp_ns '2020-01-01 00:00:00.123456' as t, interval 1 day as i, null as n,
        timestamptz '2020-01-01 00:00:00+01' as z, 1.50 as d, ['a'] as l
    from range(3)
''')
"""
    project = make_project({"models/typed.py": python(body)}, settings={"TimeZone": "UTC"})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert project.types("typed") == {
        "u": "uuid", "j": "json", "s": "numeric(38,0)", "c": "bigint", "e": "text", "t": "timestamp without time zone",
        "i": "interval", "n": "text", "z": "timestamp with time zone", "d": "numeric(3,2)", "l": "text[]",
    }  # fmt: skip
    row = " || ' ' || ".join(f"{name}::text" for name in "ujscetidl")
    assert project.query(f"select {row} || ' ' || extract(epoch from z)::bigint from {{schema}}.typed") == [
        ('00000000-0000-0000-0000-000000000001 {"a": 1} 3 3 x 2020-01-01 00:00:00.123456 1 day 1.50 {a} 1577833200',)
    ]


FAILING = """


import pyarrow as pa

from helper_of_the_project import fail


def model(dbt, session):
    dbt.config(materialized="table")
    if dbt.config.get("how") == "there":
        fail()
    if dbt.config.get("how") == "here":
        raise ValueError("no such luck")  # line 14
    if dbt.config.get("how") == "lazily":
        return session.duckdb.sql("select error('too late') as a from range(100000)")
    if dbt.config.get("how") == "ref":
        return session.query("select nothing")  # line 18
    return pa.table({"a": [1]})
"""


@pytest.fixture
def failing_project(make_project, tmp_path, monkeypatch):
    (tmp_path / "helper_of_the_project.py").write_text("def fail():\n    raise KeyError('deep')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "helper_of_the_project", raising=False)
    project = make_project({})
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "fragile.py").write_text(FAILING)
    return project


@pytest.mark.parametrize(
    ("how", "expected"),
    [
        ("here", "ValueError: no such luck\n    at models/fragile.py:14"),
        ("there", "KeyError: 'deep'\n    at models/fragile.py:12, raised in {folder}/helper_of_the_project.py:2"),
        ("ref", "at models/fragile.py:18"),
        (
            "lazily",
            "Invalid Input Error: too late\n    at models/fragile.py",
        ),
    ],
)
def test_a_failure_names_its_line_and_leaves_nothing_behind(failing_project, how, expected):
    project = failing_project
    assert project.run().success
    (project.folder / "models" / "fragile.yml").write_text(f"models: [{{name: fragile, config: {{how: {how}}}}}]")
    outcome = project.run()
    assert not outcome.success
    message = "\n".join(line.rstrip() for line in outcome.messages["fragile"].splitlines())
    assert expected.format(folder=project.folder) in message
    assert "models/fragile.py" in message
    assert project.query("select * from {schema}.fragile") == [(1,)]
    assert project.query("select relname from pg_class where relnamespace = '{schema}'::regnamespace") == [("fragile",)]
    assert project.query("select relname from pg_class where relpersistence = 't'") == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("select rolname from pg_authid", "at models/reading.py:3: permission denied for table pg_authid."),
        ("select 1 / (x - x) as x from generate_series(1, 9) as x", "at models/reading.py:3: division by zero."),
        (
            "select pg_terminate_backend(pg_backend_pid())::int as x",
            "at models/reading.py:3: terminating connection due to administrator command.",
        ),
        (
            "select pid, pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() "
            "and usename = current_user",
            "rows: server closed the connection unexpectedly.",
        ),
    ],
)
def test_what_postgres_says_to_a_model_is_one_sentence(make_project, query, words):
    project = make_project({"models/reading.py": python(f'return session.query("{query}")')})
    message = project.run().messages["reading"].splitlines()
    assert len(message) == 2 and message[1].strip().startswith("Postgres ") and message[1].endswith(words)


def test_no_temporary_table_survives_a_success(failing_project):
    assert failing_project.run().success
    assert failing_project.query("select relname from pg_class where relpersistence = 't'") == []


def test_an_error_in_a_model_of_a_package_names_its_file(make_project):
    project = make_project(
        {
            "packages.yml": "packages: [{local: inner}]",
            "inner/dbt_project.yml": "name: inner\nversion: 1.0.0\nflags: {}\n",
            "inner/models/deep.py": "\n\n" + python("raise ValueError('x')\nreturn None"),
        }
    )
    project.run(command="deps")
    assert "at models/deep.py:4" in project.run().messages["deep"]


def test_imported_modules_of_a_model_work(make_project):
    """A dataclass with string annotations finds its module; blank lines and a coding line do not matter."""
    model = """
        from __future__ import annotations

        from dataclasses import asdict, dataclass

        import pyarrow as pa


        @dataclass
        class Row:
            word: str


        def model(dbt, session):
            dbt.config(materialized="table")
            return pa.Table.from_pylist([asdict(Row("Zürich"))])
        """
    project = make_project({"models/rows.py": model})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert project.query("select * from {schema}.rows") == [("Zürich",)]


@pytest.mark.long
@pytest.mark.parametrize(
    ("strategy", "expected"),
    [
        ({"incremental_strategy": "append"}, [(1, "run 1"), (2, "run 1"), (2, "run 2"), (3, "run 2")]),
        ({"incremental_strategy": "delete+insert", "unique_key": ["id"]}, [(1, "run 1"), (2, "run 2"), (3, "run 2")]),
        ({"incremental_strategy": "merge", "unique_key": "id"}, [(1, "run 1"), (2, "run 2"), (3, "run 2")]),
        ({"unique_key": "id"}, [(1, "run 1"), (2, "run 2"), (3, "run 2")]),
    ],
)
def test_all_incremental_strategies_work(make_project, strategy, expected):
    body = """
first = 1
if dbt.is_incremental:
    first = session.query(f"select max(id) from {dbt.this}").fetchall()[0][0]
return session.query(f"select g as id, 'run {first}' as run from generate_series({first}, {first} + 1) as g")
"""
    project = make_project({"models/facts.py": python(body, materialized="incremental", **strategy)})
    for _ in range(2):
        outcome = project.run()
        assert outcome.success, outcome.messages
    assert project.query("select * from {schema}.facts order by id, run") == expected
    assert project.run("--full-refresh").success
    assert project.query("select * from {schema}.facts order by id") == [(1, "run 1"), (2, "run 1")]


@pytest.mark.long
@pytest.mark.parametrize(
    ("on_schema_change", "columns"),
    [("ignore", ["a"]), ("append_new_columns", ["a", "b"]), ("sync_all_columns", ["b"]), ("fail", None)],
)
def test_on_schema_change_is_supported(make_project, on_schema_change, columns):
    config = {"materialized": "incremental", "incremental_strategy": "append", "on_schema_change": on_schema_change}
    project = make_project({"models/facts.py": python("return session.query('select 1 as a')", **config)})
    assert project.run().success
    second = "select 2 as b" if on_schema_change == "sync_all_columns" else "select 2 as a, 3 as b"
    project.write({"models/facts.py": python(f"return session.query('{second}')", **config)})
    assert project.run().success == (columns is not None)
    assert list(project.types("facts")) == (columns or ["a"])


def test_hooks_grants_indexes_tests_and_contracts_work(make_project, server):
    """dbt runs hooks inside and outside the transaction, grants, indexes, descriptions, tests and a contract."""
    server.query("do $$ begin create role reader; exception when duplicate_object then null; end $$")
    project = make_project({"models/base.sql": SOURCE})
    config = {
        "pre_hook": [
            {"sql": "create table if not exists log as select 0 as step", "transaction": False},
            "insert into log values (1)",
        ],
        "post_hook": [
            f"insert into log select 2 from {project.schema}.facts limit 1",
            {"sql": "vacuum log", "transaction": False},
        ],
        "indexes": [{"columns": ["id"], "unique": True}, {"columns": ["name", "even"], "type": "btree"}],
        "grants": {"select": ["reader"]},
        "persist_docs": {"relation": True, "columns": True},
    }  # fmt: skip
    project.output["search_path"] = project.schema
    project.write(
        {
            "models/facts.py": python("return dbt.ref('base')", **config),
            "models/strict.sql": "{{ config(materialized='table') }} select id, name from {{ ref('facts') }}",
            "models/models.yml": """
                models:
                  - name: facts
                    description: What is known
                    columns: [{name: id, description: The key, data_tests: [unique, not_null]}]
                  - name: strict
                    config: {contract: {enforced: true}}
                    columns:
                      - {name: id, data_type: integer, constraints: [{type: primary_key}]}
                      - {name: name, data_type: text}
                """,
        }
    )
    for _ in range(2):
        outcome = project.run()
        assert outcome.success, outcome.messages
    assert project.run(command="test").success
    assert project.query("select step from {schema}.log order by 1") == [(0,), (1,), (1,), (2,), (2,)]
    indexes = project.query(
        "select pg_get_indexdef(indexrelid) from pg_index where indrelid = '{schema}.facts'::regclass"
    )
    assert sorted(text.split(" USING ")[1] for (text,) in indexes) == ["btree (id)", "btree (name, even)"]
    assert project.query("select has_table_privilege('reader', '{schema}.facts', 'select')") == [(True,)]
    assert project.query(
        "select obj_description('{schema}.facts'::regclass), col_description('{schema}.facts'::regclass, 1)"
    ) == [("What is known", "The key")]
    assert project.run(command="docs generate").success
    project.write({"models/facts.py": python("return dbt.ref('base').project('id::bigint as id, name')")})
    outcome = project.run()
    assert "contract" in outcome.messages["strict"].lower()


@pytest.mark.long
def test_a_build_after_a_hook_outside_the_transaction_is_one_transaction(make_project):
    """dbt-postgres commits each statement of such a build on its own."""
    config = {"pre_hook": [{"sql": "select 1", "transaction": False}], "post_hook": ["select 1 / 0"]}
    view = "{{ config(pre_hook={'sql': 'select 1', 'transaction': false}, post_hook='select 1 / 0') }} select 1 as a"
    project = make_project({"models/facts.py": python("return session.query('select 1 as a')", **config)})
    project.write({"models/seen.sql": view})
    assert not project.run().success
    assert project.query("select relname from pg_class where relnamespace = '{schema}'::regnamespace") == []


@pytest.mark.long
def test_autocommit_connections_work_too(make_project):
    project = make_project({"models/facts.py": python("return session.query('select 1 as a')")}, autocommit=True)
    for _ in range(2):
        outcome = project.run()
        assert outcome.success, outcome.messages
    assert project.query("select * from {schema}.facts") == [(1,)]


@pytest.mark.long
def test_eight_models_run_at_once(make_project):
    body = "return dbt.ref('base').join(session.query('select pg_sleep(0.2)::text as pause, {n} as n'), 'true')"
    models = {f"models/facts_{n}.py": python(body.replace("{n}", str(n))) for n in range(16)}
    project = make_project({"models/base.sql": SOURCE, **models}, threads=8)
    outcome = project.run()
    assert outcome.success, outcome.messages
    for n in range(16):
        assert project.query(f"select count(*), min(n), max(n) from {{schema}}.facts_{n}") == [(10, n, n)]
