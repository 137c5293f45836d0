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
{%- macro contents_query(relation) -%}
    {{- return(adapter.dispatch("contents_query")(relation)) -}}
{%- endmacro -%}

{%- macro duckdb__contents_query(relation) -%}
    {{- return("select count(*), coalesce(sum(hash(table_rows)), 0) from " ~ relation ~ " as table_rows") -}}
{%- endmacro -%}

{%- macro postgres__contents_query(relation) -%}
    {{- return(
        "select count(*), coalesce(sum(cast(hashtextextended(cast(table_rows as text), 0) as numeric)), 0) from "
        ~ relation ~ " as table_rows"
    ) -}}
{%- endmacro -%}


{#- What a table, or a query in brackets, holds: both of these, as one text. -#}
{%- macro contents_of(relation) -%}
    {{- return(run_query(contents_query(relation)).rows[0].values() | join("-")) -}}
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
    {{- return(contents_of(relation) if relation else "absent") -}}
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
