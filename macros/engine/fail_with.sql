{# A text expression that ends the query with this message when it is evaluated. #}
{%- macro fail_with(message) -%} {{ adapter.dispatch("fail_with")(message) }} {%- endmacro -%}

{%- macro duckdb__fail_with(message) -%} error({{ message }}) {%- endmacro -%}

{#- Postgres has no function that raises an error. A cast that always fails shows the text in its error message. -#}
{%- macro postgres__fail_with(message) -%} cast(cast({{ message }} as integer) as text) {%- endmacro -%}
