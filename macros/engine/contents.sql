{# How an engine tells what its tables hold, for `reuse_unchanged`. #}

{#- Query for the comments of all tables and views of these schemas: `schema.table`, comment. -#}
{%- macro comments_query(schemas) -%}
    {{- return(adapter.dispatch("comments_query")(schemas)) -}}
{%- endmacro -%}

{%- macro duckdb__comments_query(schemas) -%}
    {{- return(
        "select relation, comment from ("
        ~ "select schema_name || '.' || table_name as relation, comment, database_name, schema_name from duckdb_tables()"
        ~ " union all "
        ~ "select schema_name || '.' || view_name, comment, database_name, schema_name from duckdb_views()"
        ~ ") where database_name = '" ~ target.database ~ "' and schema_name in ('" ~ schemas | join("', '") ~ "')"
    ) -}}
{%- endmacro -%}

{%- macro postgres__comments_query(schemas) -%}
    {{- return(
        "select n.nspname || '.' || c.relname, obj_description(c.oid, 'pg_class')"
        ~ " from pg_class as c join pg_namespace as n on c.relnamespace = n.oid"
        ~ " where c.relkind in ('r', 'v') and n.nspname in ('" ~ schemas | join("', '") ~ "')"
    ) -}}
{%- endmacro -%}


{#- Query for the number of rows of a table and a sum over a hash of each: the same rows in any order give the same. -#}
{%- macro contents_query(relation, node=none) -%}
    {{- return(adapter.dispatch("contents_query")(relation, node)) -}}
{%- endmacro -%}

{%- macro duckdb__contents_query(relation, node) -%}
    {{- return("select count(*), coalesce(sum(hash(table_rows)), 0) from " ~ relation ~ " as table_rows") -}}
{%- endmacro -%}

{#-
    A row is hashed twice as fast as its text, if every type has a hash: `json` has none, and nobody knows the types of a raw
    table.
-#}
{%- macro postgres__contents_query(relation, node) -%}
    {%- set read, row_hash = relation, "hash_record_extended(table_rows, 0)" -%}
    {%- if node and node.resource_type == "source" -%}
        {%- set row_hash = "hashtextextended(cast(table_rows as text), 0)" -%}
    {%- elif node and node.columns.values() | selectattr("data_type", "equalto", "json") | list -%}
        {%- set columns = [] -%}
        {%- for column in node.columns.values() -%}
            {%- do columns.append("cast(" ~ column.name ~ " as text)" if column.data_type == "json" else column.name) -%}
        {%- endfor -%}
        {%- set read = "(select " ~ columns | join(", ") ~ " from " ~ relation ~ ")" -%}
    {%- endif -%}
    {{- return("select count(*), coalesce(sum(" ~ row_hash ~ "), 0) from " ~ read ~ " as table_rows") -}}
{%- endmacro -%}


{#- What a table holds: both of these, as one text. -#}
{%- macro contents_of(relation, node=none) -%}
    {{- return(run_query(contents_query(relation, node)).rows[0].values() | join("-")) -}}
{%- endmacro -%}


{#- What a raw table without a comment holds, none if it cannot be told. -#}
{%- macro source_contents(node) -%}
    {{- return(adapter.dispatch("source_contents")(node)) -}}
{%- endmacro -%}

{%- macro default__source_contents(node) -%}
    {{- return(none) -}}
{%- endmacro -%}

{#- Far quicker looked at than read into columns. -#}
{%- macro postgres__source_contents(node) -%}
    {%- if node.resource_type != "source" -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set relation = adapter.get_relation(node.database, node.schema, node.identifier) -%}
    {{- return(contents_of(relation, node) if relation else "absent") -}}
{%- endmacro -%}


{#- Whether a table lost its rows without being dropped: an unlogged table of Postgres is empty after a crash. -#}
{%- macro has_lost_rows(relation) -%}
    {{- return(adapter.dispatch("has_lost_rows")(relation)) -}}
{%- endmacro -%}

{%- macro default__has_lost_rows(relation) -%}
    {{- return(false) -}}
{%- endmacro -%}

{#- An empty one is cheap to build again, so nobody needs to know whether it was empty before. -#}
{%- macro postgres__has_lost_rows(relation) -%}
    {{- return(run_query("select 1 from " ~ relation ~ " limit 1").rows | length == 0) -}}
{%- endmacro -%}
