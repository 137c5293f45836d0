{% materialization view, adapter='postgrespy' %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- if config.get('keep_dependents', false) and existing_relation is not none -%}
    {%- if existing_relation.is_view -%}
      {{ return(postgrespy__keep_view(existing_relation)) }}
    {%- endif -%}
    {%- do postgrespy__warn_of_dropped_views(existing_relation) -%}
  {%- endif -%}
  {{ return(dbt.materialization_view_default()) }}
{% endmaterialization %}


{#- dbt's view materialization, but with `create or replace view` where the columns allow it. -#}
{% macro postgrespy__keep_view(existing_relation) %}
  {%- set target_relation = this.incorporate(type='view') -%}
  {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
  {%- set backup_relation = make_backup_relation(target_relation, 'view') -%}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}
  {%- do adapter.ensure_transaction() -%}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- call statement('main') -%}
    {{ get_create_view_as_sql(intermediate_relation, sql) }}
  {%- endcall -%}
  {%- set keep = postgrespy__fits(existing_relation, intermediate_relation, exactly=false) -%}

  {%- if keep -%}
    {%- do adapter.drop_relation(intermediate_relation) -%}
    {%- call statement('main') -%}
      {{ get_replace_view_sql(target_relation, sql) }}
    {%- endcall -%}
  {%- else -%}
    {%- do postgrespy__warn_of_dropped_views(existing_relation) -%}
    {%- do adapter.rename_relation(existing_relation, backup_relation) -%}
    {%- do adapter.rename_relation(intermediate_relation, target_relation) -%}
  {%- endif -%}

  {%- do postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {{ run_hooks(post_hooks, inside_transaction=True) }}
  {{ return(postgrespy__conclude(target_relation, none if keep else backup_relation)) }}
{% endmacro %}
