{# The declarations of the raw tables in the sources' yml, for models that read several tables in the same way. #}

{#- One raw table as the sources' yml declares it. While dbt parses, it is a stand-in with one column. -#}
{%- macro raw_table(table_name) -%}
    {%- set unknown_yet = {"columns": {"id": {}}, "config": {"meta": {"row_id": ["id"], "known_at": "id"}}} -%}
    {{- return(raw_tables() | selectattr("name", "equalto", table_name) | first if execute else unknown_yet) -}}
{%- endmacro -%}

{#- The columns of a raw table that have normal forms, as pairs of name and kind. -#}
{%- macro normalised_columns(table_name) -%}
    {%- set pairs = [] -%}
    {%- for name, column in raw_table(table_name).columns.items() -%}
        {%- set meta = column.get("config", {}).get("meta", {}) -%}
        {%- if meta.kind -%}
            {%- do pairs.append((meta.read_from or name, meta.kind)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(pairs) -}}
{%- endmacro -%}

{#- The raw columns of a table that later models look up or bring into normal form, for the select list of staging. -#}
{%- macro columns_read_later(table_name) -%}
    {%- set columns = [] -%}
    {%- for reference in raw_table(table_name).config.meta.references or [] -%}
        {%- do columns.append(reference ~ "_unique_id") -%}
    {%- endfor -%}
    {{- (columns + (normalised_columns(table_name) | map("first") | list)) | join(", ") -}}
{%- endmacro -%}

{#- Query for the values that have normal forms, each once per kind. -#}
{%- macro distinct_values(tables) -%}
    {%- set queries = [] -%}
    {%- for table_name, relation in tables.items() -%}
        {%- for column, kind in normalised_columns(table_name) -%}
            {%- set query %}
    select
        '{{ kind }}' as kind,
        {{ column }} as raw_value
    from {{ relation }}
    where {{ column }} is not null
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- endfor -%}
    select distinct
        kind,
        raw_value
    from ({{ queries | join("\n    union all") }}
    ) as column_values
{%- endmacro -%}

{#-
    Query for the references to a company or a person: one row per raw row and side. A missing column is null. `tables`:
    pairs of relation and its column with the knowledge time.
-#}
{%- macro reference_rows(tables, entity, columns) -%}
    {%- set queries = [] -%}
    {%- for table_name, (relation, known_at) in tables.items() -%}
        {%- set table = raw_table(table_name) -%}
        {%- for reference in table.config.meta.references or [] if reference.endswith(entity) -%}
            {%- set prefix = reference.removesuffix(entity) -%}
            {%- set query %}
    select
        '{{ table_name }}' as raw_table,
        raw_id,
        '{{ prefix.removesuffix("_") or entity }}' as side,
        {{ known_at }} as known_at,
        {%- for column in columns %}
        {{ prefix ~ column if prefix ~ column in table.columns else "cast(null as text)" }} as {{ column }}{{ "," if not loop.last }}
        {%- endfor %}
    from {{ relation }}
            {%- endset -%}
            {%- do queries.append(query) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- queries | join("\n    union all") -}}
{%- endmacro -%}
