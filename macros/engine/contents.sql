{# How an engine tells what its tables hold, for `reuse_unchanged`. #}

{#-
    Query for the comments of these tables, and of what may be views (`schema.table`): relation, comment, version of the
    engine. A view that has none holds its definition, in which `as_of` stands if it reads the clock.
-#}
{%- macro comments_query(tables, views) -%}
    {{- return(adapter.dispatch("comments_query")(tables, views)) -}}
{%- endmacro -%}

{#- DuckDB writes out each view of the database for this, so it is asked for views only where there may be one. -#}
{%- macro duckdb__comments_query(tables, views) -%}
    {%- set of_views = "union all select schema_name || '.' || view_name, "
        ~ "coalesce(comment, 'made of tables, holds ' || md5(sql)), database_name from duckdb_views()" -%}
    {{- return(
        "select relation, comment, version() from ("
        ~ "select schema_name || '.' || table_name as relation, comment, database_name from duckdb_tables() "
        ~ (of_views if views else "")
        ~ ") where database_name = '" ~ target.database ~ "' and relation in ('" ~ (tables + views) | join("', '") ~ "')"
    ) -}}
{%- endmacro -%}

{%- macro postgres__comments_query(tables, views) -%}
    {{- return(
        "select n.nspname || '.' || c.relname, case c.relkind"
        ~ " when 'v' then concat('made of tables, holds ', md5(pg_get_viewdef(c.oid))) else obj_description(c.oid, 'pg_class')"
        ~ " end, version() from pg_class as c join pg_namespace as n on c.relnamespace = n.oid"
        ~ " where c.relkind in ('r', 'v') and n.nspname || '.' || c.relname in ('" ~ (tables + views) | join("', '") ~ "')"
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
