{# Schemas are named as the output contract names them; a developer's own copy gets a prefix. #}
{% macro generate_schema_name(custom_schema_name, node) -%}
    {{ env_var("SLOTWATCH_SCHEMA_PREFIX", "") }}{{ custom_schema_name or target.schema }}
{%- endmacro %}
