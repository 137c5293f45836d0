{#
    What a build may know of a raw table: its rows with a knowledge time up to `as_of`, one per row id (the newest
    knowledge time wins), all columns as clean text. Rows without id are kept once per content; rows whose knowledge time
    cannot be read are kept too, for the error they are. Row id and knowledge time are declared with the source; a table
    without a knowledge time takes that of the filing it belongs to (`filings`).
-#}
{% macro known_rows(table_name, filings=none) %}
    {%- set table = raw_tables() | selectattr("name", "equalto", table_name) | first if execute else none -%}
    {%- set columns = table.columns.keys() | list if execute else ["row_id"] -%}
    {%- set meta = table.config.meta if execute else {"row_id": ["row_id"], "known_at": "row_id", "required": []} -%}
    {%- set horizon = newest_known(source("raw", table_name), meta.known_at) if meta.known_at else none -%}
    with

    raw_rows as {{ computed_once() }} (

        {{ raw_text(source("raw", table_name), columns) }}

    ),

    fingerprinted as {{ computed_once() }} (

        select
            raw_rows.*,
            md5(concat(
                {%- for column in columns -%}
                coalesce(raw_rows.{{ column }}, chr(1)), chr(2){{ ", " if not loop.last }}
                {%- endfor -%}
            )) as content_hash
            {%- if meta.known_at %},
            {{ to_timestamp_or_null("raw_rows." ~ meta.known_at) }} as known_at
            {%- endif %}
        from raw_rows

    ),

    identified as (

        select
            fingerprinted.*,
            {%- if not meta.known_at %}
            filings.known_at as known_at,
            {%- endif %}
            fingerprinted.{{ meta.row_id[0] }} is not null as has_row_id,
            {#- part of a composite id may be missing: the content stands in for it -#}
            case
                when {% for part in meta.row_id -%}
                    fingerprinted.{{ part }} is not null{{ " and " if not loop.last }}
                    {%- endfor %} then concat(
                    {%- for part in meta.row_id -%}
                    fingerprinted.{{ part }}{{ ", '|', " if not loop.last }}
                    {%- endfor -%}
                )
                else concat(coalesce(fingerprinted.{{ meta.row_id[0] }}, 'row'), ':', substr(fingerprinted.content_hash, 1, 12))
            end as raw_id
        from fingerprinted
        {%- if not meta.known_at %}
        left join {{ filings }} as filings on fingerprinted.ack_id = filings.ack_id
        where fingerprinted.ack_id is null or filings.ack_id is not null
        {%- endif %}

    ),

    versioned as (

        select
            identified.*,
            row_number() over (
                partition by identified.raw_id
                order by identified.known_at desc nulls last, {{ bytewise("identified.content_hash") }} desc
            ) as version,
            {#- a repeat of an accepted row with an unreadable time is told, and counts once -#}
            max(case when identified.known_at is null then 1 else 0 end)
                over (partition by identified.raw_id) as unreadable_versions
        from identified
        {%- if horizon %}
        where identified.known_at is null or identified.known_at <= {{ horizon }}
        {%- endif %}

    ),

    known as (

        select
            raw_id,
            known_at,
            {%- for column in columns %}
            {{ column }},
            {%- endfor %}
            unreadable_versions,
            case
                when not has_row_id then 'ROW_ID_MISSING'
                when known_at is null then 'KNOWLEDGE_TIME_UNREADABLE'
                {%- for column in meta.required %}
                when {{ column }} is null then 'REQUIRED_VALUE_MISSING'
                {%- endfor %}
            end as rejection_code,
            case
                when not has_row_id then '{{ meta.row_id[0] }} is missing'
                {%- if meta.known_at %}
                when known_at is null then concat('{{ meta.known_at }} ''', coalesce({{ meta.known_at }}, ''), ''' is no time')
                {%- else %}
                when known_at is null then 'the filing has no readable time'
                {%- endif %}
                {%- for column in meta.required %}
                when {{ column }} is null then '{{ column }} is missing'
                {%- endfor %}
            end as rejection_detail
        from versioned
        where version = 1

    )

    select * from known
{% endmacro %}

{#-
    The newest knowledge time that `as_of` lets a raw table show, as a literal: what reads up to there has the same SQL on
    every day on which nothing became known.
-#}
{% macro newest_known(relation, column) %}
    {%- if not execute or relation.is_cte or flags.WHICH not in ("build", "run") -%}
        {{- return(as_of()) -}}
    {%- endif -%}
    {%- set newest = run_query(
        "with raw_rows as " ~ computed_once() ~ " (" ~ raw_text(relation, [column]) ~ "),"
        ~ " times as (select " ~ to_timestamp_or_null(column) ~ " as known_at from raw_rows)"
        ~ " select concat('newest ', cast(max(known_at) as text)) from times where known_at <= " ~ as_of()
    ).rows[0][0] -%}
    {{- return("cast('" ~ (newest[7:] or "1000-01-01") ~ "' as timestamp)") -}}
{% endmacro %}
