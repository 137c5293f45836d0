{#
    Guards of the snapshots and ledgers, the only state that cannot be rebuilt. Each refusal is one sentence and changes nothing.
#}

{#- Before anything is built: `as_of` must be readable and not before the newest record of snapshots and ledgers. -#}
{%- macro check_as_of() -%}
    {%- if execute -%}
        {%- set now = as_of_text() -%}
        {%- for node in graph.nodes.values() if node.unique_id in selected_resources and node.config.meta.recorded_at -%}
            {%- if flags.EMPTY and node.resource_type == "snapshot" -%}
                {{- exceptions.raise_compiler_error(
                    "--empty would record every slot and band as gone: leave it out, or leave the snapshots out of the selection."
                ) -}}
            {%- endif -%}
            {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
            {%- if relation is not none -%}
                {%- set newest = newest_record(relation, node.config.meta.recorded_at) -%}
                {%- if newest and now < newest -%}
                    {{- exceptions.raise_compiler_error(
                        "as_of " ~ now[:19] ~ " is earlier than the newest version of " ~ node.name ~ " (" ~ newest[:19]
                        ~ "): build with a later as_of, or replay into a new database."
                    ) -}}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}

{#- Time of the newest record of a snapshot or ledger as text, as `as_of_text` writes it, or none. -#}
{%- macro newest_record(relation, column) -%}
    {%- set newest = run_query("select max(" ~ column ~ ") as newest from " ~ relation).rows[0][0] -%}
    {{- return(newest.strftime("%Y-%m-%d %H:%M:%S.%f") if newest else none) -}}
{%- endmacro -%}

{#-
    Before one snapshot runs: the same `as_of` must have the same data, and not too many keys may be gone. `columns`:
    the unique key, then the columns that are checked for changes. `company_aliases`: given if lost keys are counted;
    the keys of a company that became an alias do not count as lost.
-#}
{%- macro guard_snapshot(today, columns, company_aliases=none) -%}
    {%- if execute -%}
        {%- set relation = load_relation(this) -%}
        {%- if relation is not none -%}
            {%- set facts = run_query(snapshot_drift(today, relation, columns, company_aliases)).rows[0] -%}
            {%- if facts["changed"] > 0 and newest_record(relation, "dbt_valid_from") == as_of_text() -%}
                {{- exceptions.raise_compiler_error(
                    "as_of " ~ as_of_text()[:19] ~ " was built before with other data (" ~ facts["changed"] ~ " rows of "
                    ~ today.identifier ~ " differ): build with a later as_of."
                ) -}}
            {%- endif -%}
            {%- set limit = var("snapshot_max_drop_pct") -%}
            {%- if company_aliases and facts["gone"] * 100 > facts["known"] * limit -%}
                {{- exceptions.raise_compiler_error(
                    facts["gone"] ~ " of " ~ facts["known"] ~ " slots are gone, more than snapshot_max_drop_pct (" ~ limit
                    ~ " %): check that the raw tables are complete, or raise the var if they are."
                ) -}}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- Counts how today's rows differ from the open versions: changed or new rows, keys that are gone, all known keys. -#}
{%- macro snapshot_drift(today, versions, columns, company_aliases) -%}
    with

    open_versions as (

        select * from {{ versions }}
        where dbt_valid_to is null
        {%- if company_aliases %}
            and company_id not in (select alias_id from {{ company_aliases }} where alias_id <> company_id)
        {%- endif %}

    )

    select
        count(case
            when today.{{ columns[0] }} is not null and (
                open_versions.{{ columns[0] }} is null
                {%- for column in columns[1:] %}
                or today.{{ column }} is distinct from open_versions.{{ column }}
                {%- endfor %}
            ) then 1
        end) as changed,
        count(case when today.{{ columns[0] }} is null then 1 end) as gone,
        count(open_versions.{{ columns[0] }}) as known
    from open_versions
    full outer join {{ today }} as today on open_versions.{{ columns[0] }} = today.{{ columns[0] }}
{%- endmacro -%}
