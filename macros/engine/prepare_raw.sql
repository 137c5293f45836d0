{# Before anything is built: the raw tables must be there to read, or one sentence says why not. #}

{%- macro prepare_raw() -%}
    {%- if execute -%}
        {{- return(adapter.dispatch("prepare_raw")()) -}}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__prepare_raw() -%}
{%- endmacro -%}

{#- DuckDB reads files in place: one view per raw table over the files of SLOTWATCH_RAW_DIR. -#}
{%- macro duckdb__prepare_raw() -%}
    {%- set folder = env_var("SLOTWATCH_RAW_DIR", "data/demo") -%}
    {%- set columns = {} -%}
    {%- for table in raw_tables() -%}
        {%- do columns.update({table.name: table.columns.keys() | list}) -%}
    {%- endfor -%}
    {%- set query = "select slotwatch_raw_plan('" ~ folder | replace("'", "''") ~ "', '" ~ tojson(columns) ~ "')" -%}
    {%- set plan = fromjson(run_query(query).rows[0][0]) -%}
    {%- if plan.problem -%}
        {{- exceptions.raise_compiler_error(plan.problem) -}}
    {%- endif -%}
    {%- for table in raw_tables() -%}
        {%- set view = api.Relation.create(database=target.database, schema=table.schema, identifier=table.name) -%}
        {%- if loop.first -%}
            {%- do adapter.create_schema(view) -%}
        {%- endif -%}
        {%- do run_query("create or replace view " ~ view ~ " as " ~ plan.selects[table.name]) -%}
    {%- endfor -%}
{%- endmacro -%}

{#- The tables of the raw contract, as the sources' yml declares them. -#}
{%- macro raw_tables() -%}
    {%- set tables = graph.sources.values() | selectattr("package_name", "equalto", "slotwatch") | sort(attribute="name") | list -%}
    {{- return(tables) -}}
{%- endmacro -%}
