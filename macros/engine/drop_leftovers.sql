{# dbt-duckdb leaves temporary tables of incremental Python models in the schema `main`. This drops them after a run. #}
{%- macro drop_leftovers() -%}
    {%- if execute and target.type == "duckdb" -%}
        {%- for table in run_query(
            "select table_name from duckdb_tables() where database_name = current_database() and schema_name = 'main' "
            ~ "and contains(table_name, '__dbt_tmp')"
        ).columns[0].values() %}
        drop table main."{{ table }}";
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}
