"""`keep_dependents`: what is kept when a table or view is built again, and the warning when it cannot be kept."""

import threading

import pytest

SQL = "{{ config(materialized='table', keep_dependents=true) }} "
PYTHON = """
def model(dbt, session):
    dbt.config(materialized="table", keep_dependents=True)
    return session.query("%s")
"""
MODELS = {"sql": ("models/kept.sql", SQL + "%s"), "python": ("models/kept.py", PYTHON)}


def oid(project, name="kept"):
    return project.query(f"select '{{schema}}.{name}'::regclass::oid")[0][0]


def relations(project):
    rows = project.query(
        "select relname from pg_class where relnamespace = '{schema}'::regnamespace and relkind <> 'i' order by 1"
    )
    return [name for (name,) in rows]


@pytest.mark.parametrize("language", ["sql", "python"])
def test_views_grants_and_indexes_stay_while_the_rows_change(make_project, server, language):
    server.query("do $$ begin create role reader; exception when duplicate_object then null; end $$")
    path, model = MODELS[language]
    project = make_project({path: model % "select g as id, 'old' as word from generate_series(1, 3) as g"})
    assert project.run().success
    project.query("create view {schema}.on_it as select count(*) as rows, min(word) as word from {schema}.kept")
    project.query("create view {schema}.on_that as select * from {schema}.on_it")
    project.query("create index of_a_user on {schema}.kept (word)")
    project.query("alter table {schema}.kept add constraint also_theirs check (id > 0)")
    project.query("grant select on {schema}.kept to reader")
    before = oid(project)
    project.write({path: model % "select g as id, 'new' as word from generate_series(1, 5) as g"})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert outcome.messages == {"kept": "INSERT 0 5"}
    assert outcome.warnings == []
    assert oid(project) == before
    assert project.query("select * from {schema}.on_that") == [(5, "new")]
    assert project.query("select has_table_privilege('reader', '{schema}.kept', 'select')") == [(True,)]
    assert project.query("select to_regclass('{schema}.of_a_user') is not null") == [(True,)]
    assert relations(project) == ["kept", "on_it", "on_that"]


def give_key(project, columns="id"):
    """A constraint that the model does not declare; a Python model cannot declare constraints."""
    project.query(f"alter table {{schema}}.kept add primary key ({columns})")


@pytest.mark.parametrize("language", ["sql", "python"])
def test_only_rows_that_differ_are_written(make_project, language):
    """An empty text is not a null."""
    path, model = MODELS[language]
    rows = "select * from (values %s) as t (id, word) union all select g, 'stays' from generate_series(6, 9) as g"
    staying = {(id, "stays") for id in range(6, 10)}
    project = make_project({path: model % rows % "(1, 'a'), (2, 'b'), (3, null), (4, '')"})
    assert project.run().success
    give_key(project)
    written = "select id, word, xmin::text from {schema}.kept order by 1, 2"
    before = {row[:2]: row[2] for row in project.query(written)}
    project.write({path: model % rows % "(2, 'c'), (3, null), (4, null), (5, 'e,')"})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert outcome.messages == {"kept": "MERGE 3"}
    after = {row[:2]: row[2] for row in project.query(written)}
    assert len(project.query(written)) == len(after)
    assert set(after) == {(2, "c"), (3, None), (4, None), (5, "e,")} | staying
    assert {row for row in after if after[row] == before.get(row)} == {(3, None)} | staying
    assert project.run().messages == {"kept": "MERGE 0"}
    assert {row[:2]: row[2] for row in project.query(written)} == after


@pytest.mark.long
def test_a_key_of_several_columns_uses_all_of_them(make_project):
    rows = "select * from (values (1, 'a', 1), (1, 'b', 2), (2, 'a', %s)) as t (id, \"Of\", value)"
    project = make_project({"models/kept.sql": SQL + rows % 3})
    assert project.run().success
    give_key(project, 'id, "Of"')
    project.write({"models/kept.sql": SQL + rows % 4})
    assert project.run().messages == {"kept": "MERGE 1"}
    assert project.query("select * from {schema}.kept order by 1, 2") == [(1, "a", 1), (1, "b", 2), (2, "a", 4)]


@pytest.mark.long
def test_rows_of_a_partitioned_table_are_merged_too(make_project):
    rows = "select * from (values (1, 'a'), (2, 'b'), (3, 'c'), (4, %s)) as t (id, word)"
    project = make_project({"models/kept.sql": SQL + rows % "'d'"})
    project.query("create table {schema}.kept (id integer primary key, word text) partition by list (id)")
    project.query(f"alter table {project.schema}.kept owner to modeller")
    for id in range(1, 5):
        project.query(
            f"create table {project.schema}.kept_{id} partition of {project.schema}.kept for values in ({id})"
        )
    assert project.run().messages == {"kept": "MERGE 4"}
    project.write({"models/kept.sql": SQL + rows % "'changed'"})
    assert project.run().messages == {"kept": "MERGE 1"}
    assert project.query("select * from {schema}.kept order by 1") == [(1, "a"), (2, "b"), (3, "c"), (4, "changed")]


@pytest.mark.long
@pytest.mark.parametrize("language", ["sql", "python"])
def test_without_a_primary_key_all_rows_are_written(make_project, language):
    """A row may occur twice, and both copies are kept."""
    path, model = MODELS[language]
    project = make_project({path: model % "select * from (values (1), (1), (2)) as t (id)"})
    for _ in range(2):
        assert project.run().success
        assert project.query("select * from {schema}.kept order by 1") == [(1,), (1,), (2,)]
    assert project.run().messages == {"kept": "INSERT 0 3"}


@pytest.mark.long
@pytest.mark.parametrize("constraint", ["unique (place)", "exclude (place with =)"])
def test_two_rows_may_swap_values_under_a_unique_constraint(make_project, constraint):
    """Updated one by one, the first update would violate the constraint."""
    rows = "select * from (values (1, '%s'), (2, '%s')) as t (id, place)"
    project = make_project({"models/kept.sql": SQL + rows % ("here", "there")})
    assert project.run().success
    give_key(project)
    project.query("alter table {schema}.kept add " + constraint)
    project.write({"models/kept.sql": SQL + rows % ("there", "here")})
    outcome = project.run()
    assert outcome.messages == {"kept": "INSERT 0 2"}
    assert project.query("select * from {schema}.kept order by 1") == [(1, "there"), (2, "here")]


@pytest.mark.long
def test_the_error_names_a_repeated_key(make_project):
    project = make_project({"models/kept.sql": SQL + "select 1 as id, 'a' as word"})
    assert project.run().success
    give_key(project)
    project.write({"models/kept.sql": SQL + "select * from (values (1, 'a'), (1, 'b')) as t (id, word)"})
    outcome = project.run()
    assert not outcome.success
    assert "Key (id)=(1) is duplicated" in outcome.messages["kept"]
    assert project.query("select * from {schema}.kept") == [(1, "a")]


@pytest.mark.long
@pytest.mark.parametrize(
    "before, after, written",
    [
        ("1.0::numeric", "1.00::numeric", 1),
        ("1.5::numeric(5, 2)", "1.50::numeric(5, 2)", 0),
        ("'0'::double precision", "'-0'::double precision", 1),
        ("'1 day'::interval", "'24 hours'::interval", 1),
        ("""'{"a":1}'::json""", """'{"a": 1}'::json""", 1),
        ("array[1.0]", "array[1.00]", 1),
        ("null::text", "''::text", 1),
        ("'2026-01-05 06:00:00'::timestamp", "'2026-01-05 06:00'::timestamp", 0),
    ],
)
def test_an_equal_value_with_another_text_is_written(make_project, before, after, written):
    project = make_project({"models/kept.sql": SQL + f"select 1 as id, {before} as value"})
    assert project.run().success
    give_key(project)
    project.write({"models/kept.sql": SQL + f"select 1 as id, {after} as value"})
    assert project.run().messages == {"kept": f"MERGE {written}"}
    assert project.query("select value::text from {schema}.kept") == project.query(f"select ({after})::text")


@pytest.mark.long
def test_an_equal_key_with_another_text_is_written(make_project):
    project = make_project({"models/kept.sql": SQL + "select 1.0 as id"})
    assert project.run().success
    give_key(project)
    project.write({"models/kept.sql": SQL + "select 1.00 as id"})
    assert project.run().messages == {"kept": "MERGE 1"}
    assert project.query("select id::text from {schema}.kept") == [("1.00",)]


ROUNDED = """
models:
  - name: kept
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer, constraints: [{type: primary_key}]}
      - {name: share, data_type: "numeric(5, 2)"}
"""


@pytest.mark.long
def test_a_value_that_the_table_rounds_is_not_a_change(make_project):
    project = make_project({"models/kept.sql": SQL + "select 1 as id, 0.125 as share", "models/kept.yml": ROUNDED})
    assert project.run().success
    assert project.run().messages == {"kept": "MERGE 0"}
    assert project.query("select share::text from {schema}.kept") == [("0.13",)]


KEYED = """
models:
  - name: kept
    config: {contract: {enforced: true}}
    columns:
      - {name: id, data_type: integer, constraints: [{type: primary_key}]}
      - {name: day, data_type: integer}
      - {name: word, data_type: text}
"""


@pytest.mark.long
def test_rows_that_change_every_day_write_no_index_entries_where_pages_have_room(make_project):
    def build(day, fillfactor):
        config = SQL.replace("true", f"true, fillfactor={fillfactor}") if fillfactor else SQL
        rows = f"select g as id, {day} as day, repeat('long', 20) as word from generate_series(1, 20000) as g"
        project.write({"models/kept.sql": config + rows})
        assert project.run().success
        assert project.query("select count(*), count(distinct id), min(day), max(day) from {schema}.kept") == [
            (20000, 20000, day, day)
        ]
        return project.query(
            "select pg_relation_size(indexrelid), reloptions from pg_index join pg_class on pg_class.oid = indrelid "
            "where indrelid = '{schema}.kept'::regclass"
        )[0]

    project = make_project({"models/kept.yml": KEYED})
    roomy = [build(day, 50) for day in range(3)]
    assert roomy[0] == roomy[1] == roomy[2] and roomy[0][1] == ["fillfactor=50"]

    project.query("drop table {schema}.kept cascade")
    tight = [build(day, None) for day in range(2)]
    assert tight[1][0] > tight[0][0]


def test_without_keep_dependents_the_views_are_lost(make_project):
    project = make_project({"models/lost.sql": "{{ config(materialized='table') }} select 1 as id"})
    project.run()
    project.query("create view {schema}.on_it as select * from {schema}.lost")
    outcome = project.run()
    assert outcome.success and outcome.warnings == []
    assert project.query("select to_regclass('{schema}.on_it')") == [(None,)]


@pytest.mark.long
@pytest.mark.parametrize(
    "select",
    ["select 1 as other", "select 1::bigint as id", "select 1 as id, 2 as more", "select 'x'::varchar(3) as id"],
)
@pytest.mark.parametrize("language", ["sql", "python"])
def test_other_columns_make_a_new_table_and_one_warning_names_the_views(make_project, language, select):
    path, model = MODELS[language]
    project = make_project({path: model % "select 1 as id"})
    project.run()
    project.query("create view {schema}.on_it as select * from {schema}.kept")
    project.query('create materialized view {schema}."On that" as select * from {schema}.on_it')
    before = oid(project)
    project.write({path: model % select})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert oid(project) != before
    [warning] = outcome.warnings
    assert f'{project.schema}."On that", {project.schema}.on_it' in warning
    assert project.query("select count(*) from {schema}.kept") == [(1,)]
    assert relations(project) == ["kept"]
    outcome = project.run()
    assert outcome.success and outcome.warnings == [] and outcome.messages["kept"] == "INSERT 0 1"


@pytest.mark.long
def test_a_full_refresh_makes_a_new_table_and_warns(make_project):
    project = make_project({"models/kept.sql": SQL + "select 1 as id"})
    project.run()
    project.query("create view {schema}.on_it as select * from {schema}.kept")
    before = oid(project)
    outcome = project.run("--full-refresh")
    assert outcome.success and oid(project) != before
    [warning] = outcome.warnings
    assert f"{project.schema}.on_it" in warning


@pytest.mark.long
def test_another_kind_of_relation_is_replaced_with_a_warning(make_project):
    view = "{{ config(materialized='view', keep_dependents=true) }} select 1 as id"
    project = make_project({"models/kept.sql": view})
    project.run()
    for model in (SQL + "select 1 as id", view):
        project.query("create view {schema}.on_it as select * from {schema}.kept")
        project.write({"models/kept.sql": model})
        outcome = project.run()
        assert outcome.success, outcome.messages
        assert len(outcome.warnings) == 1 and "on_it" in outcome.warnings[0]


def test_readers_are_not_blocked_and_see_the_old_rows_until_the_commit(make_project):
    slow = "select 'new' as word, pg_sleep({{ var('pause', 0) }})::text as pause"
    project = make_project(
        {"models/kept.sql": SQL.replace("true", "true, post_hook='select pg_sleep({{ var(\"pause\", 0) }})'") + slow}
    )
    assert project.run().success
    project.query("update {schema}.kept set word = 'old'")
    run = threading.Thread(target=project.run, args=("--vars", "pause: 1.5"))
    run.start()
    seen = []
    while run.is_alive():
        seen += project.query("set statement_timeout = 500; select count(*), min(word) from {schema}.kept")
    run.join()
    assert set(seen) <= {(1, "old"), (1, "new")} and (1, "old") in seen
    assert project.query("select word from {schema}.kept") == [("new",)]


@pytest.mark.long
@pytest.mark.parametrize("hook", ["", ", pre_hook={'sql': 'select 1', 'transaction': false}"])
@pytest.mark.parametrize(
    ("select", "post_hook"),
    [("select 1 / (2 - g) as id from generate_series(1, 2) as g", "select 1"), ("select 2 as id", "select 1 / 0")],
)
def test_a_failing_build_leaves_the_old_rows(make_project, hook, select, post_hook):
    project = make_project({"models/kept.sql": SQL + "select 1 as id"})
    project.run()
    config = SQL.replace("true", f"true{hook}, post_hook='{post_hook}', indexes=[{{'columns': ['id']}}]")
    project.write({"models/kept.sql": config + select})
    assert not project.run().success
    assert project.query("select * from {schema}.kept") == [(1,)]
    assert relations(project) == ["kept"]


CONTRACT = """
models:
  - name: kept
    config: {contract: {enforced: true}}
    columns:
      - {name: word, data_type: varchar(5)}
      - {name: id, data_type: integer, constraints: [%s]}
"""


def test_contracts_and_constraints_hold(make_project):
    """The table has the yml's order and types; a constraint that it lacks makes a new table."""
    project = make_project({"models/kept.sql": SQL + "select 1 as id, 5 as word", "models/kept.yml": CONTRACT % ""})
    outcome = project.run()
    assert "contract" in outcome.messages["kept"].lower(), outcome.messages
    project.write({"models/kept.sql": SQL + "select 1 as id, 'a'::varchar as word"})
    assert project.run().success
    assert project.types("kept") == {"word": "character varying(5)", "id": "integer"}
    first = oid(project)

    outcome = project.run()
    assert outcome.success and oid(project) == first, outcome.messages
    assert project.query("select * from {schema}.kept") == [("a", 1)]

    project.write({"models/kept.yml": CONTRACT % "{type: not_null}"})
    assert project.run().success
    second = oid(project)
    assert second != first
    assert project.run().success and oid(project) == second

    project.write({"models/kept.yml": CONTRACT % "{type: primary_key}"})
    assert project.run().success
    third = oid(project)
    assert third != second
    assert project.run().success and oid(project) == third

    project.write({"models/kept.sql": SQL + "select null::integer as id, 'a'::varchar as word"})
    assert "null value" in project.run().messages["kept"]
    project.write({"models/kept.sql": SQL + "select '1' as id, 'a'::varchar as word"})
    assert "contract" in project.run().messages["kept"].lower()
    assert project.query("select * from {schema}.kept") == [("a", 1)]


@pytest.mark.long
def test_configured_indexes_are_made_once(make_project):
    def build(indexes):
        config = SQL.replace("true", f"true, indexes={indexes}")
        project.write({"models/kept.sql": config + "select 1 as id, 'a' as word"})
        assert project.run().success
        return project.query(
            "select indisunique, substring(pg_get_indexdef(indexrelid) from 'USING (.*)') from pg_index "
            "where indrelid = '{schema}.kept'::regclass order by 2"
        )

    project = make_project({})
    assert build([]) == []
    first = oid(project)
    indexes = [
        {"columns": ["id"], "unique": True},
        {"columns": ["lower(word)", "id"]},
        {"columns": ["word"], "type": "hash"},
    ]
    for _ in range(2):
        assert build(indexes) == [(True, "btree (id)"), (False, "btree (lower(word), id)"), (False, "hash (word)")]
    assert oid(project) == first


@pytest.mark.long
@pytest.mark.parametrize("keyed", [False, True])
def test_two_builds_at_once_do_not_double_the_rows(make_project, keyed):
    """A build waits for the rows of another build, which it then deletes."""
    project = make_project(
        {"models/kept.sql": SQL.replace("true", "true, post_hook='select pg_sleep(1)'") + "select 1 as id"}
    )
    assert project.run().success
    if keyed:
        give_key(project)
    run = threading.Thread(target=project.run)
    other = project.server.connect()
    try:
        other.autocommit = False
        other.cursor().execute(f"insert into {project.schema}.kept values (2)")
        run.start()
        run.join(4)
        assert run.is_alive()
        other.commit()
    finally:
        other.close()
        run.join()
    assert project.query("select * from {schema}.kept") == [(1,)]


@pytest.mark.long
def test_hooks_grants_and_descriptions_work_as_usual(make_project, server):
    server.query("do $$ begin create role reader; exception when duplicate_object then null; end $$")
    yml = """
        models:
          - name: kept
            description: What is kept
            config: {grants: {select: [reader]}, persist_docs: {relation: true, columns: true}}
            columns: [{name: id, description: The key}]
        """
    hooks = """true,
        pre_hook=[
            "insert into log values ('pre')",
            {'sql': 'create table if not exists log (step text)', 'transaction': false},
        ],
        post_hook=["insert into log values ('post')", {'sql': 'vacuum log', 'transaction': false}]"""
    project = make_project({"models/kept.sql": SQL + "select 1 as id"})
    project.output["search_path"] = project.schema
    assert project.run().success
    before = oid(project)
    project.write({"models/kept.sql": SQL.replace("true", hooks) + "select 2 as id", "models/kept.yml": yml})
    outcome = project.run()
    assert outcome.success, outcome.messages
    assert oid(project) == before
    assert project.query("select * from {schema}.log") == [("pre",), ("post",)]
    assert project.query("select has_table_privilege('reader', '{schema}.kept', 'select')") == [(True,)]
    described = "select obj_description('{schema}.kept'::regclass), col_description('{schema}.kept'::regclass, 1)"
    assert project.query(described) == [("What is kept", "The key")]


@pytest.mark.long
def test_a_view_is_replaced_in_place_where_its_columns_allow_it(make_project):
    view = "{{ config(materialized='view', keep_dependents=true) }} "
    project = make_project({"models/kept.sql": view + "select 1 as id"})
    assert project.run().success
    project.query("create view {schema}.on_it as select id from {schema}.kept")
    before = oid(project)
    for select in ("select 2 as id", "select 3 as id, 'more' as word"):
        project.write({"models/kept.sql": view + select})
        outcome = project.run()
        assert outcome.success and outcome.warnings == [], outcome
        assert oid(project) == before
    assert project.query("select * from {schema}.on_it") == [(3,)]
    project.write({"models/kept.sql": view + "select 'x' as id"})
    outcome = project.run()
    assert outcome.success and len(outcome.warnings) == 1 and f"{project.schema}.on_it" in outcome.warnings[0]
    assert project.query("select * from {schema}.kept") == [("x",)]
    assert relations(project) == ["kept"]
