{#- A Python model becomes a query over the rows that it returned; all that follows is as for an SQL model. -#}
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

{#- Of a table with a contract the definition is written out, and takes `fillfactor`. -#}
{% macro postgrespy__get_table_columns_and_constraints() -%}
  {{ default__get_table_columns_and_constraints() }}
  {%- if config.get('fillfactor') %} with (fillfactor = {{ config.get('fillfactor') }}){% endif -%}
{%- endmacro %}

{#- Room for a table that was made without it: its next pages get it. -#}
{% macro postgrespy__set_fillfactor(relation) -%}
  {%- if config.get('fillfactor') -%}
    {%- set option = 'fillfactor=' ~ config.get('fillfactor') -%}
    {%- set lacks_it = run_query(
      "select 1 from pg_class where oid = " ~ postgrespy__regclass(relation)
      ~ " and '" ~ option ~ "' <> all (coalesce(reloptions, '{}'))"
    ) -%}
    {%- if lacks_it.rows | length > 0 -%}
      {%- do run_query('alter table ' ~ relation ~ ' set (' ~ option ~ ')') -%}
    {%- endif -%}
  {%- endif -%}
{%- endmacro %}
