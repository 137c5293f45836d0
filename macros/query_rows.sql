{# Operation of the command line: logs the rows of a query as one line of JSON. #}
{%- macro query_rows(sql) -%}
    {%- set result = run_query(sql) -%}
    {%- set rows = [] -%}
    {%- for row in result.rows -%}
        {%- set cells = {} -%}
        {%- for name in result.column_names -%}
            {%- do cells.update({name: row[name] | string if row[name] is not none else none}) -%}
        {%- endfor -%}
        {%- do rows.append(cells) -%}
    {%- endfor -%}
    {%- do log("slotwatch:" ~ tojson(rows)) -%}
{%- endmacro -%}

{#- Operation: the days that were built to the end, as `as_of` texts. -#}
{%- macro built_days() -%}
    {%- set relation = adapter.get_relation(target.database, generate_schema_name("slotwatch_ledgers", none), "build_log") -%}
    {%- if relation is none -%}
        {%- do log("slotwatch:[]") -%}
    {%- else -%}
        {%- do query_rows("select distinct cast(as_of as varchar) as as_of from " ~ relation ~ " where is_complete") -%}
    {%- endif -%}
{%- endmacro -%}
