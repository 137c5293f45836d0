{#
    What DuckDB and Postgres write differently. Each macro has one purpose; the default is what most engines understand.
#}

{#- Whole days from one date or timestamp to another, counted as a difference of calendar dates. -#}
{%- macro days_between(earlier, later) -%} (cast({{ later }} as date) - cast({{ earlier }} as date)) {%- endmacro -%}


{#- Integer division of whole numbers that are not negative. -#}
{%- macro div(dividend, divisor) -%} {{ adapter.dispatch("div")(dividend, divisor) }} {%- endmacro -%}

{%- macro default__div(dividend, divisor) -%} (cast({{ dividend }} as bigint) / cast({{ divisor }} as bigint)) {%- endmacro -%}

{%- macro duckdb__div(dividend, divisor) -%} (({{ dividend }}) // ({{ divisor }})) {%- endmacro -%}


{#- A text for use in `order by`, compared by its bytes, whatever the collation of the database. -#}
{%- macro bytewise(text) -%} {{ adapter.dispatch("bytewise")(text) }} {%- endmacro -%}

{%- macro default__bytewise(text) -%} {{ text }} {%- endmacro -%}

{%- macro postgres__bytewise(text) -%} {{ text }} collate "C" {%- endmacro -%}


{#- True when the text holds a match of the pattern (anchor it yourself; no look-around, no `\b`). -#}
{%- macro matches(text, pattern) -%} {{ adapter.dispatch("matches")(text, pattern) }} {%- endmacro -%}

{%- macro default__matches(text, pattern) -%} ({{ text }} ~ '{{ pattern }}') {%- endmacro -%}

{%- macro duckdb__matches(text, pattern) -%} regexp_matches({{ text }}, '{{ pattern }}') {%- endmacro -%}


{#- Hexadecimal SHA-256 of a text, lower case. -#}
{%- macro sha256_hex(text) -%} {{ adapter.dispatch("sha256_hex")(text) }} {%- endmacro -%}

{%- macro default__sha256_hex(text) -%} encode(sha256(convert_to({{ text }}, 'UTF8')), 'hex') {%- endmacro -%}

{%- macro duckdb__sha256_hex(text) -%} sha256({{ text }}) {%- endmacro -%}


{#- Separates the ids of a list that is kept as text: a character that no id contains. -#}
{%- macro list_separator() -%} chr(31) {%- endmacro -%}


{#- Texts joined in a given order by a separator (an SQL expression); nulls, and rows without the condition, are left out. DuckDB sorts a list faster. -#}
{%- macro join_texts(text, separator, order_by, condition="true") -%} {{ adapter.dispatch("join_texts")(text, separator, order_by, condition) }} {%- endmacro -%}

{%- macro default__join_texts(text, separator, order_by, condition) -%}
    string_agg({{ text }}, {{ separator }} order by {{ order_by }}){{ " filter (where " ~ condition ~ ")" if condition != "true" }}
{%- endmacro -%}

{%- macro duckdb__join_texts(text, separator, order_by, condition) -%} array_to_string(list({{ text }} order by {{ order_by }}){{ " filter (where " ~ condition ~ ")" if condition != "true" }}, {{ separator }}) {%- endmacro -%}


{#- The latest value of a group that is not null: the value of the row with the highest recency. -#}
{%- macro latest_value(column, recency="recency") -%} {{ adapter.dispatch("latest_value")(column, recency) }} {%- endmacro -%}

{%- macro default__latest_value(column, recency) -%}
    (array_agg({{ column }} order by {{ recency }} desc) filter (where {{ column }} is not null))[1]
{%- endmacro -%}

{%- macro duckdb__latest_value(column, recency) -%}
    arg_max({{ column }}, {{ recency }}) filter (where {{ column }} is not null)
{%- endmacro -%}


{#- The type of JSON columns in marts. Models before the marts keep JSON as text. -#}
{%- macro json_type() -%} {{ adapter.dispatch("json_type")() }} {%- endmacro -%}
{%- macro default__json_type() -%} jsonb {%- endmacro -%}
{%- macro duckdb__json_type() -%} json {%- endmacro -%}


{#- The JSON text of a value, for an object that is assembled as text. -#}
{%- macro json_value(expression) -%} coalesce(cast(to_json({{ expression }}) as text), 'null') {%- endmacro -%}


{#- A JSON object from pairs of key and expression; keys keep their order. -#}
{%- macro json_object_of(pairs) -%} {{ adapter.dispatch("json_object_of")(pairs) }} {%- endmacro -%}

{%- macro default__json_object_of(pairs) -%}
    cast(concat(
        '{',
        {%- for key, expression in pairs %}
        '"{{ key }}":', {{ json_value(expression) }}, '{{ "," if not loop.last else "}" }}'{{ "," if not loop.last }}
        {%- endfor %}
    ) as json)
{%- endmacro -%}

{%- macro duckdb__json_object_of(pairs) -%}
    json_object({% for key, expression in pairs %}'{{ key }}', {{ expression }}{{ ", " if not loop.last }}{% endfor %})
{%- endmacro -%}


{#- A JSON object whose members come from the rows of a group, in the order of their keys. -#}
{%- macro json_object_agg_of(key, value) -%}
    {%- set member = "concat(to_json(" ~ key ~ "), ':', " ~ json_value(value) ~ ")" -%}
    cast(concat('{', {{ join_texts(member, "','", bytewise(member)) }}, '}') as json)
{%- endmacro -%}


{#- A JSON array of the parts of a text that `list_separator` joins. -#}
{%- macro json_array_of_texts(text) -%} to_json(string_to_array({{ text }}, {{ list_separator() }})) {%- endmacro -%}


{#- A deterministic uuid of a text. -#}
{%- macro uuid_of(text) -%} regexp_replace(md5({{ text }}), '^(.{8})(.{4})(.{4})(.{4})', '\1-\2-\3-\4-') {%- endmacro -%}


{#- One row per text of a JSON array: the key of its row and the text. -#}
{%- macro each_json_text(relation, key, json_array, text_name) -%} {{ adapter.dispatch("each_json_text")(relation, key, json_array, text_name) }} {%- endmacro -%}

{%- macro default__each_json_text(relation, key, json_array, text_name) -%}
    select
        {{ relation }}.{{ key }},
        texts.{{ text_name }}
    from {{ relation }}
    cross join lateral json_array_elements_text(cast({{ relation }}.{{ json_array }} as json)) as texts ({{ text_name }})
{%- endmacro -%}

{%- macro duckdb__each_json_text(relation, key, json_array, text_name) -%}
    select
        {{ key }},
        unnest(from_json({{ json_array }}, '["VARCHAR"]')) as {{ text_name }}
    from {{ relation }}
{%- endmacro -%}


{#-
    Keyword for a CTE that several later CTEs read. Without it, Postgres computes its expressions once per reader;
    DuckDB computes them once in any case.
-#}
{%- macro computed_once() -%} {{ adapter.dispatch("computed_once")() }} {%- endmacro -%}

{%- macro default__computed_once() -%} {%- endmacro -%}

{%- macro postgres__computed_once() -%} materialized {%- endmacro -%}
