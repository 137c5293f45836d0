{#
    The rows of a raw table that a build may use: those with a knowledge time up to `as_of`, one per row id (the newest
    knowledge time wins), all columns as clean text. Of rows without id that have the same content, one is kept. Rows
    whose knowledge time cannot be read are kept as errors. Row id and knowledge time are declared with the source; a
    table without a knowledge time takes that of its filing (`filings`). Rows that are left out (SQL) keep id and time.
    `facts` adds `first_known_at`, the oldest time of the id, and `unchanged_since`, the oldest with the same facts.
-#}
{% macro known_rows(table_name, filings=none, is_left_out=none, facts=none) %}
    {%- set table = raw_table(table_name) -%}
    {%- set columns = table.columns.keys() | list -%}
    {%- set meta = table.config.meta -%}
    {%- set is_left_out = "coalesce(filings.is_left_out, false)" if filings else is_left_out -%}
    with

    raw_rows as {{ computed_once() }} (

        select raw_rows.*{{ ", filings.known_at" if filings }}{{ ", " ~ is_left_out ~ " as is_left_out" if is_left_out }}
        from ({{ raw_text(source("raw", table_name), columns) }}) as raw_rows
        {%- if filings %}
        left join {{ filings }} as filings on raw_rows.ack_id = filings.raw_id
        where raw_rows.ack_id is null or filings.raw_id is not null
        {%- endif %}

    ),

    identified as materialized (

        select
            {%- for column in columns %}
            {{ "case when not is_left_out then " ~ column ~ " end as " if is_left_out }}{{ column }},
            {%- endfor %}
            {{ "is_left_out," if is_left_out }}
            {{ "known_at" if filings else to_timestamp_or_null("raw_rows." ~ meta.known_at) ~ " as known_at" }},
            raw_rows.{{ meta.row_id[0] }} is not null as has_row_id,
            {#- if part of a composite id is missing, a hash of the content is used -#}
            case
                when raw_rows.{{ meta.row_id | join(" is not null and raw_rows.") }} is not null
                    then concat(raw_rows.{{ meta.row_id | join(", '|', raw_rows.") }})
                else concat(coalesce(raw_rows.{{ meta.row_id[0] }}, 'row'), ':', substr({{ content_hash("raw_rows", columns) }}, 1, 12))
            end as raw_id
        from raw_rows

    ),

    visible as (

        select * from identified
        {%- if meta.known_at %}
        where known_at is null or known_at <= {{ as_of() }}
        {%- endif %}

    ),

    {#- few rows share their id with another row, and only those are hashed and sorted -#}
    repeated_ids as (

        select raw_id
        from visible
        group by raw_id
        having count(*) > 1

    ),

    repeated as (

        select
            visible.*,
            row_number() over (
                partition by visible.raw_id
                order by visible.known_at desc nulls last, {{ bytewise(content_hash("visible", columns)) }} desc
            ) as version,
            {%- if facts %}
            min(visible.known_at) over (partition by visible.raw_id) as first_known_at,
            min(visible.known_at) over (partition by visible.raw_id, {{ facts | join(", ") }}) as unchanged_since,
            {%- endif %}
            {#- if a repeat of an accepted row has an unreadable time, the accepted row gets a warning -#}
            max(case when visible.known_at is null then 1 else 0 end)
                over (partition by visible.raw_id) as unreadable_versions
        from visible
        inner join repeated_ids on visible.raw_id = repeated_ids.raw_id

    ),

    newest as (

        select * from repeated
        where version = 1
        union all
        select
            visible.*,
            1 as version,
            {{ "visible.known_at as first_known_at, visible.known_at as unchanged_since," if facts }}
            case when visible.known_at is null then 1 else 0 end as unreadable_versions
        from visible
        left join repeated_ids on visible.raw_id = repeated_ids.raw_id
        where repeated_ids.raw_id is null

    ),

    known as (

        select
            raw_id,
            known_at,
            {%- for column in columns %}
            {{ column }},
            {%- endfor %}
            unreadable_versions,
            {{ "first_known_at, unchanged_since," if facts }}
            {{ "is_left_out," if is_left_out }}
            case
                {{ "when is_left_out then null" if is_left_out }}
                when not has_row_id then 'ROW_ID_MISSING'
                when known_at is null then 'KNOWLEDGE_TIME_UNREADABLE'
                {%- for column in meta.required or [] %}
                when {{ column }} is null then 'REQUIRED_VALUE_MISSING'
                {%- endfor %}
            end as rejection_code,
            case
                {{ "when is_left_out then null" if is_left_out }}
                when not has_row_id then '{{ meta.row_id[0] }} is missing'
                {%- if meta.known_at %}
                when known_at is null then concat('{{ meta.known_at }} ''', coalesce({{ meta.known_at }}, ''), ''' is no time')
                {%- else %}
                when known_at is null then 'the filing has no readable time'
                {%- endif %}
                {%- for column in meta.required or [] %}
                when {{ column }} is null then '{{ column }} is missing'
                {%- endfor %}
            end as rejection_detail
        from newest

    )

    select * from known
{% endmacro %}

{#- Hash of all columns of a raw row. Null and empty text give different hashes. -#}
{% macro content_hash(raw_rows, columns) %}
    md5(concat(
        {%- for column in columns -%}
        coalesce({{ raw_rows }}.{{ column }}, chr(1)), chr(2){{ ", " if not loop.last }}
        {%- endfor -%}
    ))
{%- endmacro %}
