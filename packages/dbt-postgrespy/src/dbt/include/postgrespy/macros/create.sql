{#- A Python model becomes a query over the rows that it returned. Everything else works as for an SQL model. -#}
{% macro postgrespy__get_create_table_as_sql(temporary, relation, sql) -%}
  {%- do adapter.ensure_transaction() -%}
  {%- if model.language == 'python' -%}
    {%- set sql = 'select * from ' ~ adapter.run_python_model(model, compiled_code) -%}
  {%- endif -%}
  {{ return(create_table_as(temporary, relation, sql)) }}
{%- endmacro %}

{% macro postgrespy__get_create_view_as_sql(relation, sql) -%}
  {%- do adapter.ensure_transaction() -%}
  {{ return(create_view_as(relation, sql)) }}
{%- endmacro %}

{#- For a table with a contract the statement spells out the column definitions and adds `fillfactor`. -#}
{% macro postgrespy__get_table_columns_and_constraints() -%}
  {{ default__get_table_columns_and_constraints() }}
  {%- if config.get('fillfactor') %} with (fillfactor = {{ config.get('fillfactor') }}){% endif -%}
{%- endmacro %}
