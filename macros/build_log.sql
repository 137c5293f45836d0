{# Which days have been built to the end: `slotwatch replay` skips them. #}

{%- macro build_log_relation() -%}
    {{ generate_schema_name("slotwatch_ledgers", none) }}.build_log
{%- endmacro -%}

{%- macro prepare_build_log() -%}
    {%- if execute and flags.WHICH in ("build", "run") -%}
        {%- do run_query("create schema if not exists " ~ generate_schema_name("slotwatch_ledgers", none)) -%}
        {%- do run_query(
            "create table if not exists " ~ build_log_relation()
            ~ " (as_of timestamp not null, invocation_id varchar not null, is_complete boolean not null)"
        ) -%}
    {%- endif -%}
{%- endmacro -%}

{#- One row per build: complete when no model, snapshot, seed or test failed and all models were part of it. -#}
{%- macro log_build(results) -%}
    {%- if execute and flags.WHICH == "build" -%}
        {%- set failed = results | selectattr("status", "in", ["error", "fail", "skipped", "runtime error"]) | list -%}
        {%- set built = results | selectattr("node.resource_type", "equalto", "model") | list | length -%}
        {%- set all_models = graph.nodes.values() | selectattr("resource_type", "equalto", "model") | list | length -%}
        insert into {{ build_log_relation() }} values (
            {{ as_of() }}, '{{ invocation_id }}', {{ "true" if not failed and built == all_models else "false" }}
        )
    {%- else -%}
        select 1 as nothing_to_log
    {%- endif -%}
{%- endmacro -%}
