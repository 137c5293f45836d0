{# What a Postgres server needs besides rows: statistics, indexes, and access for readers. DuckDB needs none of them. #}

{#-
    Gathers statistics of a new table. Without them the planner of later queries has no row counts. Tables that only
    models read get a smaller sample than the default: models join whole tables, for which row counts are enough.
-#}
{%- macro analyze(relation) -%} {{ adapter.dispatch("analyze")(relation) }} {%- endmacro -%}

{%- macro default__analyze(relation) -%} {%- endmacro -%}

{%- macro postgres__analyze(relation) -%}
    {%- if model.config.materialized != "view" -%}
        {%- if model.fqn[1] != "marts" %}
        set local default_statistics_target = 20;
        {%- endif %}
        analyze {{ relation }}
    {%- endif -%}
{%- endmacro -%}


{#- Only one run at a time may write to a Postgres database, except runs of a single model. DuckDB has its own lock. -#}
{%- macro lock_database() -%} {{ return(adapter.dispatch("lock_database")()) if is_logged_run() }} {%- endmacro -%}

{%- macro default__lock_database() -%} {%- endmacro -%}

{%- macro postgres__lock_database() -%}
    {%- set nodes = modules.re.findall("\\b(?:model|seed|snapshot)\\.slotwatch", selected_resources | join(" ")) -%}
    {%- set name = "slotwatch " ~ generate_schema_name("slotwatch", none) -%}
    {%- if flags.WHICH != "test" and not adapter.hold_lock(name, nodes | length == 1, env_var("SLOTWATCH_LOCK_WAIT", "30") | float) -%}
        {%- set other = run_query(
            "select cycle_name, as_of, started_at from " ~ ple_table("ple_cycle_log") ~ " where status = 'running' order by started_at desc limit 1"
        ).rows if load_relation(ple_table("ple_cycle_log")) else [] -%}
        {{- exceptions.raise_compiler_error(
            "Another run writes this database" ~ (" (`%s` of as_of %s, begun at %s UTC)" % (other[0][0], other[0][1], other[0][2]) if other)
            ~ ": wait until it ends; SLOTWATCH_LOCK_WAIT is how many seconds a run waits by itself."
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Runs before a snapshot or ledger is written, because a server that restarted has lost the lock. -#}
{%- macro check_lock() -%}
    {%- if execute and target.type == "postgrespy" and not adapter.lock_is_held() -%}
        {{- exceptions.raise_compiler_error("The server ended the session that locks the database: run the build again.") -}}
    {%- endif -%}
{%- endmacro -%}


{#- Whether a crash of the server emptied this table: Postgres does not log tables of staging, but keeps their statistics. -#}
{%- macro is_emptied(relation) -%} {{ return(target.type == "postgrespy" and run_query("select reltuples > 0 and not exists (select 1 from " ~ relation ~ ") from pg_class where oid = '" ~ relation ~ "'::regclass").rows[0][0]) }} {%- endmacro -%}


{#- The indexes in the models' configs serve queries on Postgres; DuckDB scans columns faster than it keeps indexes. -#}
{%- macro duckdb__create_indexes(relation) -%} {%- endmacro -%}


{#- After a run: the readers of SLOTWATCH_PG_READERS may enter the schemas of marts and interfaces, and no others. -#}
{%- macro open_schemas_to_readers(built_schemas) -%}
    {%- set readers = env_var("SLOTWATCH_PG_READERS", "") -%}
    {%- if execute and readers and target.type == "postgrespy" -%}
        {%- set open_nodes = graph.nodes.values() | selectattr("fqn.1", "in", ("marts", "interfaces")) -%}
        {%- for schema in open_nodes | map(attribute="schema") | unique if schema in built_schemas %}
        grant usage on schema {{ schema }} to {{ readers }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
