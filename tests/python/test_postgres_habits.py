"""A nightly build on Postgres keeps views and grants and does not block readers, who have access only to public
schemas.
"""

from contextlib import closing, contextmanager
from dataclasses import replace

import psycopg2
import pytest
from warehouse_support import DEMO, DEMO_DAYS, environment
from world import DAYS

from slotwatch.warehouse.dbt_runs import DbtError, Project

READABLE = ("marts", "interfaces")


@pytest.fixture(scope="module")
def guest(postgres_server):
    """A role that owns nothing and is not a reader of the project."""
    name = f"{postgres_server.prefix}_guest"
    postgres_server.execute(f"create role {name} login password '{postgres_server.role_password}'")
    return name


@pytest.fixture(scope="module")
def used(postgres_world, guest):
    """A copy of the world after its first day, with views, grants and indexes of users."""
    warehouse = postgres_world[DAYS[0]].copied()
    for statement in (
        "create schema desk",
        "create view desk.filled as select company_id, role from slotwatch.slots where status = 'filled'",
        "create view desk.holders as select full_name from company.vw_company_slots where contact_id is not null",
        f"grant usage on schema desk, slotwatch to {guest}",
        f"grant select on desk.filled to {guest}",
        "create index filled_since on slotwatch.slots (filled_at)",
    ):
        warehouse.query(statement)
    return warehouse


@contextmanager
def _session(warehouse, role):
    server = replace(warehouse.server.role, user=role)
    with closing(psycopg2.connect(server.dsn(warehouse.database))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor


@pytest.fixture(scope="module")
def night(used):
    """Build the second day during a reader's report; returns what the reader saw and what was kept."""
    identities = "select 'slotwatch.slots'::regclass::oid, 'company.vw_company_slots'::regclass::oid"
    history = "select count(*) from slotwatch.slot_history"
    before = used.query(identities)
    with closing(psycopg2.connect(used.dsn)) as connection, connection.cursor() as cursor:
        connection.set_session(isolation_level="REPEATABLE READ")
        seen = []
        for build in (None, lambda: used.build(DEMO_DAYS[1])):  # must not wait for the reader
            if build:
                build()
            cursor.execute(history)
            seen.append(cursor.fetchall())
    return {"seen": seen, "after": used.query(history), "identities": (before, used.query(identities))}


@pytest.mark.long
def test_a_build_in_progress_is_invisible_and_blocks_no_reader(night):
    """A reader in the middle of a report sees the day it began with, on every table, until it asks again."""
    before, after = night["seen"]
    assert after == before < night["after"]


@pytest.mark.long
def test_views_grants_and_indexes_of_users_survive_a_nightly_build(used, night, guest):
    before, after = night["identities"]
    assert after == before
    slots = used.query("select company_id, role from slotwatch.slots where status = 'filled' order by 1, 2")
    assert used.query("select * from desk.filled order by 1, 2") == slots != []
    assert used.query("select count(*) from desk.holders") == [(len(slots),)]
    with _session(used, guest) as cursor:
        cursor.execute("select count(*) from desk.filled")
        assert cursor.fetchone() == (len(slots),)
    assert used.query("select 1 from pg_indexes where indexname = 'filled_since'")


@pytest.fixture(scope="module")
def after_a_failure(used, night, guest, tmp_path_factory):
    """The third day fails half-way, then is built again with one more reader; records what was readable after each."""
    used.query(
        "create function desk.refuse() returns trigger language plpgsql as "
        "$$ begin raise exception 'the disk is full'; end $$; "
        "create trigger refuse before insert on slotwatch.slots for each statement execute function desk.refuse()"
    )
    newest = "select status, as_of::text, marts_agree from slotwatch.build_state"
    asked = [*(f"select * from slotwatch.{mart} order by 1" for mart in ("slots", "missing_contact_queue")), newest]
    found = [[used.query(query) for query in asked]]
    with pytest.raises(DbtError, match="the disk is full"):
        used.build(DEMO_DAYS[2])
    found.append([used.query(query) for query in asked])
    used.query("drop trigger refuse on slotwatch.slots")
    readers = f"{used.server.reader},{guest}"
    with environment(SLOTWATCH_PG_READERS=readers, DBT_TARGET_PATH=tmp_path_factory.mktemp("target")):
        replace(used, manifest=Project.parse("postgres").manifest).build(DEMO_DAYS[2])
    found.append([used.query(query) for query in asked])
    return found


@pytest.mark.long
def test_a_build_that_fails_half_way_leaves_the_last_good_rows_readable(used, after_a_failure):
    """The failing mart and all models after it stay unchanged, and the log says that the run failed."""
    (*before, _), (*failed, failed_run), (*built, run) = after_a_failure
    assert failed == before
    assert failed_run == [("failed", DEMO_DAYS[2], False)]
    assert run == [("completed", DEMO_DAYS[2], True)]
    assert all(now != then for now, then in zip(built, before, strict=True))
    assert used.query("select count(*) from desk.holders") != [(0,)]


@pytest.mark.long
def test_a_reader_added_later_can_read_after_the_next_build(used, after_a_failure, guest):
    with _session(used, guest) as cursor:
        for relation in ("slotwatch.campaigns", "company.vw_company_slots"):
            cursor.execute(f"select 1 from {relation} limit 1")
            assert cursor.rowcount == 1


@pytest.mark.long
def test_a_reader_can_read_marts_and_interfaces_and_nothing_else(used):
    nodes = [node for node in used.manifest.nodes.values() if node.relation_name]
    open_to_readers = {
        f"{node.schema}.{node.alias}"
        for node in nodes
        if (node.resource_type == "model" and node.fqn[1] in READABLE) or node.name == "bit_rules"
    }
    relations = used.query("""
        select format('%s.%s', nspname, relname) from pg_class join pg_namespace on pg_namespace.oid = relnamespace
        where relkind in ('r', 'v') and nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
    """)
    assert open_to_readers < {name for (name,) in relations}
    read = set()
    with _session(used, used.server.reader) as cursor:
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


@pytest.mark.long
def test_every_index_of_the_configs_is_there_once_after_several_builds(used, after_a_failure):
    wanted = {
        (node.alias, ", ".join(index["columns"]))
        for node in used.manifest.nodes.values()
        for index in (node.config.get("indexes") or [])
        if node.resource_type == "model"
    }
    found = used.query("""
        select tablename, substring(indexdef from '[(](.*)[)]') from pg_indexes
        where schemaname = 'slotwatch' and indexname not like '%_pkey' and indexname <> 'filled_since'
    """)
    assert len(wanted) > 50
    assert sorted(found) == sorted(wanted)


def test_every_table_has_statistics(used):
    unknown = used.query("""
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
