{# dbt-duckdb leaves temporary tables of incremental Python models in the schema `main`. This drops them after a run. #}
{%- macro drop_leftovers() -%}
    {%- if execute and target.type == "duckdb" -%}
        {%- set leftovers = run_query(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main' "
            ~ "and contains(table_name, '__dbt_tmp')"
        ) -%}
        {%- for table in leftovers.columns[0].values() %}
        drop table main."{{ table }}";
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
