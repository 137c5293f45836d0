{#-
    A ledger or registry as earlier builds left it. It is for models on which the ledger depends, so that they cannot
    `ref` it. None before the first build.
-#}
{%- macro ledger_of_earlier_builds(name) -%}
    {%- set node = graph.nodes["model.slotwatch." ~ name] if execute else none -%}
    {{- return(adapter.get_relation(node.database, node.schema, node.alias) if node else none) -}}
{%- endmacro -%}
