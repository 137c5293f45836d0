{#- How the build of a table or view ends that may have been kept. -#}

{% macro postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {%- set revoke = should_revoke(existing_relation, full_refresh_mode=not keep) -%}
  {%- do apply_grants(target_relation, config.get('grants'), should_revoke=revoke) -%}
  {%- do persist_docs(target_relation, model) -%}
{%- endmacro %}

{#- The commit, and what comes after it; `replaced` is the relation that gave way, if one did. -#}
{% macro postgrespy__conclude(target_relation, replaced) -%}
  {{ adapter.commit() }}

  {%- if replaced is not none -%}
    {{ drop_relation_if_exists(replaced) }}
  {%- endif -%}
  {{ run_hooks(post_hooks, inside_transaction=False) }}
  {{ return({'relations': [target_relation]}) }}
{%- endmacro %}
