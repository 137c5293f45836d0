{# Prepares the raw tables before anything is built: they must be readable, and all columns are read as text. #}

{%- macro prepare_raw() -%}
    {%- if execute -%}
        {{- return(adapter.dispatch("prepare_raw")()) -}}
    {%- endif -%}
{%- endmacro -%}

{%- macro default__prepare_raw() -%} {%- endmacro -%}

{#- DuckDB reads the files of SLOTWATCH_RAW_DIR: a view per raw table over Parquet, a table for text. -#}
{%- macro duckdb__prepare_raw() -%}
    {%- if target.database in graph.nodes.values() | map(attribute="schema") -%}
        {{- exceptions.raise_compiler_error(
            "The database file has the name of a schema, '" ~ target.database ~ "', and DuckDB cannot tell the two apart: give it "
            ~ "another name (SLOTWATCH_DUCKDB_PATH), such as warehouse.duckdb."
        ) -}}
    {%- endif -%}
    {%- set folder = env_var("SLOTWATCH_RAW_DIR", "data/demo") -%}
    {%- set plan = fromjson(run_query("select slotwatch_raw_plan('" ~ folder | replace("'", "''") ~ "')").rows[0][0]) -%}
    {%- if plan.problem -%}
        {{- exceptions.raise_compiler_error(plan.problem) -}}
    {%- endif -%}
    {%- for warning in plan.warnings -%}
        {%- do exceptions.warn(warning) -%}
    {%- endfor -%}
    {%- do adapter.create_schema(api.Relation.create(database=target.database, schema=var("raw_schema"))) -%}
    {%- set views = run_query(
        "select view_name from duckdb_views() where database_name = current_database() and schema_name = '" ~ var("raw_schema") ~ "'"
    ).columns[0].values() -%}
    {%- for table, (kind, rows) in plan.tables.items() -%}
        {%- set relation = api.Relation.create(database=target.database, schema=var("raw_schema"), identifier=table) -%}
        {%- if (table in views) != (kind == "view") -%}
            {%- do run_query("drop " ~ ("view" if table in views else "table") ~ " if exists " ~ relation) -%}
        {%- endif -%}
        {%- do run_query("create or replace " ~ kind ~ " " ~ relation ~ " as " ~ rows) -%}
    {%- endfor -%}
    {%- do run_query("select slotwatch_raw_plan('')") -%}
{%- endmacro -%}

{#- Postgres reads the tables of the raw schema. An empty schema is allowed but causes a warning. -#}
{%- macro postgres__prepare_raw() -%}
    {%- set names = raw_tables() | map(attribute="name") | list -%}
    {%- set found = run_query(
        "select count(*) from information_schema.tables where table_schema = '" ~ var("raw_schema")
        ~ "' and table_name in ('" ~ names | join("', '") ~ "')"
    ).rows[0][0] -%}
    {%- if found == 0 -%}
        {%- do exceptions.warn(
            "The schema " ~ var("raw_schema") ~ " holds no raw table: load some with `slotwatch load`, or set the var raw_schema."
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{#- SELECT of a raw table's columns as clean text, whatever their types. -#}
{%- macro raw_text(relation, columns) -%} {{ adapter.dispatch("raw_text")(relation, columns) }} {%- endmacro -%}

{%- macro default__raw_text(relation, columns) -%}
    select
        {%- for column in columns %}
        {{ clean_text("cast(" ~ column ~ " as text)") }} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
{%- endmacro -%}

{#- A missing table or column counts as empty. Times and floats become the same text on every engine. -#}
{%- macro postgres__raw_text(relation, columns) -%}
    {%- set found = {} -%}
    {%- if execute and not relation.is_cte -%}
        {%- for column in adapter.get_columns_in_relation(relation) -%}
            {%- do found.update({column.name | lower | trim: column}) -%}
        {%- endfor -%}
    {%- else -%}
        {%- for column in columns -%}
            {%- do found.update({column: api.Column(column, "text")}) -%}
        {%- endfor -%}
    {%- endif -%}
    select
        {%- for column in columns %}
        {% if column not in found -%}
            cast(null as text)
        {%- elif found[column].dtype == "timestamp with time zone" -%}
            cast({{ found[column].quoted }} at time zone 'UTC' as text)
        {%- elif found[column].is_float() -%}
            case
                when {{ found[column].quoted }} = 'NaN' then null
                when {{ found[column].quoted }} = trunc({{ found[column].quoted }}) and abs({{ found[column].quoted }}) < 1e37
                    then cast(cast({{ found[column].quoted }} as numeric(38, 0)) as text)
                else cast({{ found[column].quoted }} as text)
            end
        {%- else -%}
            {{ clean_text("cast(" ~ found[column].quoted ~ " as text)") }}
        {%- endif %} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    {%- if found %}
    from {{ relation }}
    {%- else %}
    where false
    {%- endif %}
{%- endmacro -%}

{#- The tables of the raw contract, as the sources' yml declares them. -#}
{%- macro raw_tables() -%}
    {%- set tables = graph.sources.values() | selectattr("source_name", "equalto", "raw") | sort(attribute="name") | list -%}
    {{- return(tables) -}}
{%- endmacro -%}
