{#-
    A ledger or snapshot as earlier builds left it. It is for models on which the ledger depends, so that they cannot
    `ref` it. None before the first build.
-#}
{%- macro ledger_of_earlier_builds(name) -%}
    {%- set node = graph.nodes["model.slotwatch." ~ name] or graph.nodes["snapshot.slotwatch." ~ name] if execute else none -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias) if node else none) -}}
{%- endmacro -%}

{#-
    The versions of a snapshot as it is once it has recorded `today`: those recorded and those to come. So it does not
    matter whether it runs before or after the model. `columns`: key, then checked.
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
