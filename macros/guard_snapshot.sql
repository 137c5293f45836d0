{#
    Guards of the snapshots, the only state that cannot be rebuilt. Each refusal is one sentence and changes nothing.
#}

{#- Before anything is built: a readable `as_of` that is not behind the newest version of a snapshot of this build. -#}
{%- macro check_as_of() -%}
    {%- if execute -%}
        {%- set now = as_of_text() -%}
        {%- for snapshot in graph.nodes.values() | selectattr("resource_type", "equalto", "snapshot")
            if snapshot.unique_id in selected_resources -%}
            {%- if flags.EMPTY -%}
                {{- exceptions.raise_compiler_error(
                    "--empty would record every slot and band as gone: leave it out, or leave the snapshots out of the selection."
                ) -}}
            {%- endif -%}
            {%- set relation = adapter.get_relation(snapshot.database, snapshot.schema, snapshot.alias) -%}
            {%- if relation is not none -%}
                {%- set newest = newest_version(relation) -%}
                {%- if newest and now < newest -%}
                    {{- exceptions.raise_compiler_error(
                        "as_of " ~ now[:19] ~ " is earlier than the newest version of " ~ snapshot.name ~ " (" ~ newest[:19]
                        ~ "): build with a later as_of, or replay into a new database."
                    ) -}}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro -%}

{#- Time of the newest version in a snapshot as text, as `as_of_text` writes it, or none. -#}
{%- macro newest_version(relation) -%}
    {%- set newest = run_query("select max(dbt_valid_from) as newest from " ~ relation).rows[0][0] -%}
    {{- return(newest.strftime("%Y-%m-%d %H:%M:%S.%f") if newest else none) -}}
{%- endmacro -%}

{#-
    Before one snapshot runs: the same `as_of` must bring the same data, and not too many of its keys may be gone.
    `columns`: the unique key, then the columns that are checked for changes.
-#}
{%- macro guard_snapshot(source_name, columns, guard_drop=false) -%}
    {%- if execute -%}
        {%- set relation = load_relation(this) -%}
        {%- if relation is not none -%}
            {%- set key = columns[0] -%}
            {%- set facts = run_query(snapshot_drift(ref(source_name), relation, columns)).rows[0] -%}
            {%- if newest_version(relation) == as_of_text() and facts["changed"] > 0 -%}
                {{- exceptions.raise_compiler_error(
                    "as_of " ~ as_of_text()[:19] ~ " was built before with other data (" ~ facts["changed"] ~ " rows of "
                    ~ source_name ~ " differ): build with a later as_of."
                ) -}}
            {%- endif -%}
            {%- set limit = var("snapshot_max_drop_pct") -%}
            {%- if guard_drop and facts["gone"] * 100 > facts["known"] * limit -%}
                {{- exceptions.raise_compiler_error(
                    facts["gone"] ~ " of " ~ facts["known"] ~ " slots are gone, more than snapshot_max_drop_pct (" ~ limit
                    ~ " %): check that the raw tables are complete, or raise the var if they are."
                ) -}}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#- How the rows of today differ from the open versions: changed or new rows, keys that are gone, keys known. -#}
{%- macro snapshot_drift(today, versions, columns) -%}
    with

    open_versions as (

        select * from {{ versions }}
        where dbt_valid_to is null

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
