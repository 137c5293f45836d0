{#- The last part of a table or view materialization, which may have kept the existing relation. -#}

{% macro postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {%- set revoke = should_revoke(existing_relation, full_refresh_mode=not keep) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=revoke) -%}
  {%- do persist_docs(target_relation, model) -%}
{%- endmacro %}

{#- The commit and the steps after it. `replaced` is the relation that was replaced, if any. -#}
{% macro postgrespy__conclude(target_relation, replaced) -%}
  {{ adapter.commit() }}

  {%- if replaced is not none -%}
    {{ drop_relation_if_exists(replaced) }}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{%- endmacro %}
