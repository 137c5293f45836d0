"""What a nightly build on Postgres leaves alone: views, grants and readers of users; and what readers may not see."""

import secrets
from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg2
import pytest
from warehouse_support import DEMO, DEMO_DAYS, environment

from slotwatch.warehouse.dbt_runs import DbtError, Project

READABLE = ("marts", "interfaces")


@pytest.fixture(scope="module")
def readers(postgres_server):
    """Two roles that own nothing; one of them is a reader of the project, the other gets grants by hand."""
    names = [f"{postgres_server.prefix}_{name}" for name in ("reader", "guest")]
    password = secrets.token_hex()
    postgres_server.execute(*(f"create role {name} login password '{password}'" for name in names))
    yield *names, password
    for name in names:
        for database in postgres_server.databases:
            postgres_server.execute(f"drop owned by {name}", database=database)
        postgres_server.execute(f"drop role {name}")


@pytest.fixture(scope="module")
def demo(postgres_server, postgres_warehouse, project, readers, tmp_path_factory):
    """The first day of the demo on Postgres, with a reader; and what users have put on it."""
    reader, guest, _ = readers
    warehouse = postgres_warehouse(DEMO)
    with environment(SLOTWATCH_PG_READERS=reader, DBT_TARGET_PATH=tmp_path_factory.mktemp("target")):
        warehouse.manifest = Project.parse("postgres").manifest
        warehouse.build(DEMO_DAYS[0])
        for statement in (
            "create schema desk",
            "create view desk.filled as select company_id, role from slotwatch.slots where status = 'filled'",
            "create view desk.holders as select full_name from company.vw_company_slots where contact_id is not null",
            f"grant usage on schema desk, slotwatch to {guest}",
            f"grant select on desk.filled to {guest}",
            "create index filled_since on slotwatch.slots (filled_at)",
        ):
            warehouse.query(statement)
        yield warehouse


@contextmanager
def _session(demo, role, password):
    server = replace(demo.server.role, user=role, password=password)
    with closing(psycopg2.connect(server.dsn(demo.database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


def _filled(demo):
    return demo.query("select * from desk.filled order by 1, 2")


def test_a_build_in_progress_is_not_seen_and_blocks_nobody(demo, readers):
    """A reader in the middle of a report sees the day it began with, on every table, until it asks anew."""
    with closing(psycopg2.connect(demo.dsn)) as connection, connection.cursor() as cursor:
        connection.set_session(isolation_level="REPEATABLE READ")
        cursor.execute("select count(*) from slotwatch.slot_history")
        before = cursor.fetchone()
        demo.build(DEMO_DAYS[1], with_interfaces=False)  # would wait for ever if it needed this reader to go
        cursor.execute("select count(*) from slotwatch.slot_history")
        assert cursor.fetchone() == before
    assert demo.query("select count(*) from slotwatch.slot_history") > [before]


def test_views_grants_and_indexes_of_users_survive_a_nightly_build(demo, readers):
    _, guest, password = readers
    identities = "select 'slotwatch.slots'::regclass::oid, 'company.vw_company_slots'::regclass::oid"
    before = demo.query(identities)
    demo.build(DEMO_DAYS[2])
    assert demo.query(identities) == before
    slots = demo.query("select company_id, role from slotwatch.slots where status = 'filled' order by 1, 2")
    assert _filled(demo) == slots != []
    assert demo.query("select count(*) from desk.holders") == [(len(slots),)]
    with _session(demo, guest, password) as cursor:
        cursor.execute("select count(*) from desk.filled")
        assert cursor.fetchone() == (len(slots),)
    assert demo.query("select 1 from pg_indexes where indexname = 'filled_since'")


def test_a_build_that_fails_half_way_leaves_the_last_good_rows_to_read(demo):
    """The mart that fails and all behind it stay as they were, and the log says that the run failed."""
    demo.query(
        "create function desk.refuse() returns trigger language plpgsql as "
        "$$ begin raise exception 'the disk is full'; end $$; "
        "create trigger refuse before insert on slotwatch.slots for each statement execute function desk.refuse()"
    )
    behind = [f"select * from slotwatch.{mart} order by 1" for mart in ("slots", "missing_contact_queue")]
    before = [demo.query(query) for query in behind]
    with pytest.raises(DbtError, match="the disk is full"):
        demo.build(DEMO_DAYS[3])
    assert [demo.query(query) for query in behind] == before
    assert demo.query("select count(*) from desk.holders") != [(0,)]
    newest = "select status, as_of from slotwatch.ple_cycles order by started_at desc limit 1"
    assert [(status, str(as_of)) for status, as_of in demo.query(newest)] == [("failed", DEMO_DAYS[3])]
    demo.query("drop trigger refuse on slotwatch.slots")
    demo.build(DEMO_DAYS[3])
    assert demo.query(newest)[0][0] == "success"
    assert all(demo.query(query) != rows for query, rows in zip(behind, before, strict=True))


def test_a_reader_who_comes_later_reads_what_is_kept_as_well(demo, readers, tmp_path):
    reader, guest, password = readers
    demo.build(DEMO_DAYS[3])  # of which the next keeps what does not read the clock
    with environment(SLOTWATCH_PG_READERS=f"{reader},{guest}", DBT_TARGET_PATH=tmp_path):
        replace(demo, manifest=Project.parse("postgres").manifest).build(DEMO_DAYS[3])
    with _session(demo, guest, password) as cursor:
        for relation in ("slotwatch.campaigns", "company.vw_company_slots"):
            cursor.execute(f"select 1 from {relation} limit 1")
            assert cursor.rowcount == 1


def test_a_reader_can_read_marts_and_interfaces_and_nothing_else(demo, readers):
    reader, _, password = readers
    nodes = [node for node in demo.manifest.nodes.values() if node.relation_name]
    open_to_readers = {
        f"{node.schema}.{node.alias}"
        for node in nodes
        if (node.resource_type == "model" and node.fqn[1] in READABLE) or node.name == "bit_rules"
    }
    relations = demo.query("""
        select format('%s.%s', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'v') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    """)
    assert open_to_readers < {name for (name,) in relations}
    read = set()
    with _session(demo, reader, password) as cursor:
        for (name,) in relations:
            try:
                cursor.execute(f"select * from {name} limit 1")
                read.add(name)
            except psycopg2.errors.InsufficientPrivilege:
                pass
        assert read == open_to_readers
        for statement in ("delete from slotwatch.slots", "create table slotwatch.mine (i int)"):
            with pytest.raises(psycopg2.errors.InsufficientPrivilege):
                cursor.execute(statement)


def test_every_index_of_the_configs_is_there_once_after_several_builds(demo):
    wanted = {
        (node.alias, ", ".join(index["columns"]))
        for node in demo.manifest.nodes.values()
        for index in (node.config.get("indexes") or [])
        if node.resource_type == "model"
    }
    found = demo.query("""
        select tablename, substring(indexdef from '[(](.*)[)]') from pg_indexes
        where schemaname = 'slotwatch' and indexname not like '%_pkey' and indexname <> 'filled_since'
    """)
    assert len(wanted) > 50
    assert sorted(found) == sorted(wanted)


def test_every_table_has_statistics(demo):
    unknown = demo.query("""
        select relname from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind = 'r' and nspname like 'slotwatch%' and nspname <> 'slotwatch_seeds' and reltuples < 0
            and relname not like 'ple_%' and relname <> 'bit_rules'
    """)
    assert unknown == []


def test_a_role_that_owns_only_its_schemas_can_load_and_build(postgres_server, postgres_warehouse):
    warehouse = postgres_warehouse(DEMO)
    schemas = {node.schema for node in warehouse.manifest.nodes.values() if node.relation_name} | {"raw"}
    postgres_server.execute(
        *(f"create schema {schema} authorization {postgres_server.prefix}" for schema in sorted(schemas)),
        database=warehouse.database,
    )
    postgres_server.execute(f"alter database {warehouse.database} owner to current_user")
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        warehouse.query("create schema another")
    warehouse.build(DEMO_DAYS[0], "--select", "+slots")
    assert warehouse.query("select count(*) from slotwatch.slots")[0][0] > 100
