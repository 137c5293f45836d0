{#-
    A ledger or snapshot as earlier builds left it. It is for models that the ledger depends on, which therefore cannot
    `ref` the ledger. It is none before the first build.
-#}
{%- macro ledger_of_earlier_builds(name) -%}
    {%- set node = graph.nodes["model.slotwatch." ~ name] or graph.nodes["snapshot.slotwatch." ~ name] if execute else none -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias) if node else none) -}}
{%- endmacro -%}

{#-
    The versions of a snapshot including those that it records from `today`. The result is the same whether the snapshot
    runs before or after the model. `columns`: the unique key, then the columns that are checked for changes.
-#}
{%- macro versions_up_to_today(snapshot, today, columns, more_columns=[]) -%}
    {%- if snapshot.is_cte or load_relation(snapshot) -%}
        select {{ (columns + more_columns) | join(", ") }}, dbt_valid_from as valid_from, dbt_valid_to as valid_to
        from {{ snapshot }}
        union all
    {%- endif %}
    {{ versions_to_come(snapshot, today, columns, more_columns) }}
{%- endmacro -%}

{#- Today's rows that differ from the open versions of a snapshot, as the versions that it will record. -#}
{%- macro versions_to_come(snapshot, today, columns, more_columns=[]) -%}
        select today.{{ (columns + more_columns) | join(", today.") }}, {{ as_of() }} as valid_from, cast(null as timestamp) as valid_to
        from {{ today }} as today
    {%- if snapshot.is_cte or load_relation(snapshot) %}
        left join {{ snapshot }} as recorded
            on today.{{ columns[0] }} = recorded.{{ columns[0] }} and recorded.dbt_valid_to is null
            {%- for column in columns[1:] %}
            and today.{{ column }} is not distinct from recorded.{{ column }}
            {%- endfor %}
        where recorded.{{ columns[0] }} is null
    {%- endif -%}
{%- endmacro -%}
