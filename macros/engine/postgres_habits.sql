{# What a Postgres server needs besides rows: statistics, indexes, readers. DuckDB needs none of them. #}

{#-
    Statistics of a table that was just built. Without them the planner of later queries has no row counts. Tables that
    only models read get a smaller sample than the default: models join whole tables, for which row counts are enough.
-#}
{%- macro analyze(relation) -%}
    {{ adapter.dispatch("analyze")(relation) }}
{%- endmacro -%}

{%- macro default__analyze(relation) -%}
{%- endmacro -%}

{%- macro postgres__analyze(relation) -%}
    {%- if model.config.materialized != "view" -%}
        {%- if model.fqn[1] != "marts" %}
        set local default_statistics_target = 20;
        {%- endif %}
        analyze {{ relation }}
    {%- endif -%}
{%- endmacro -%}


{#- The indexes in the models' configs serve queries on Postgres; DuckDB scans columns faster than it keeps indexes. -#}
{%- macro duckdb__create_indexes(relation) -%}
{%- endmacro -%}


{#- After a run: the readers of SLOTWATCH_PG_READERS may enter the schemas of marts and interfaces, and no others. -#}
{%- macro open_schemas_to_readers(built_schemas) -%}
    {%- set readers = env_var("SLOTWATCH_PG_READERS", "") -%}
    {%- if execute and readers and target.type == "postgrespy" -%}
        {%- set open_schemas = [] -%}
        {%- for node in graph.nodes.values() if node.fqn[1] in ("marts", "interfaces") -%}
            {%- if node.schema in built_schemas and node.schema not in open_schemas -%}
                {%- do open_schemas.append(node.schema) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- for schema in open_schemas %}
        grant usage on schema {{ schema }} to {{ readers }};
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
