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
    {%- set relation = load_relation(ple_table("ple_cycle_log")) -%}
    {%- if relation is none -%}
        {%- do log("slotwatch:[]") -%}
    {%- else -%}
        {%- do query_rows("select distinct cast(as_of as text) as as_of from " ~ relation ~ " where is_full_build and status = 'success'") -%}
    {%- endif -%}
{%- endmacro -%}
