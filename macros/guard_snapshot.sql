{#
    Guards of the snapshots and ledgers, the only state that cannot be rebuilt. Each refusal is one sentence and comes
    before a ledger or mart is written, so that it changes nothing.
#}

{#- Runs before anything is built: `as_of` must be readable, not in the future and not before the newest record. -#}
{%- macro check_as_of() -%}
    {%- set selected = selected_resources | select("in", recorded_nodes() | map(attribute="unique_id") | list) | list -%}
    {%- if execute and selected -%}
        {%- set now, newest = as_of_text(), newest_record(recorded_nodes()) -%}
        {%- set tomorrow = (run_started_at + modules.datetime.timedelta(days=1)).strftime("%Y-%m-%d %H:%M:%S") -%}
        {%- if flags.EMPTY and "snapshot." in selected | join(" ") -%}
            {%- set problem = "--empty would record every slot and band as gone: leave it out, or leave the snapshots out of the selection." -%}
        {%- elif newest and now < newest[0] -%}
            {%- set problem = "as_of " ~ now[:19] ~ " is earlier than the newest version of " ~ newest[1] ~ " (" ~ newest[0][:19]
                ~ "): build with a later as_of, or go back with `slotwatch rewind`." -%}
        {%- elif newest and now == newest[0] and as_of_of_the_last_build() not in (none, now) -%}
            {%- set problem = "as_of " ~ now[:19] ~ " was built before that of the last build (" ~ as_of_of_the_last_build()[:19]
                ~ "): build with a later as_of." -%}
        {%- elif now > tomorrow and not var("allow_future_as_of") -%}
            {%- set problem = "as_of " ~ now[:19] ~ " lies in the future, and no build before it would be possible afterwards: "
                ~ "correct it, or set the var allow_future_as_of." -%}
        {%- endif -%}
        {{- exceptions.raise_compiler_error(problem) if problem -}}
    {%- endif -%}
{%- endmacro -%}

{#- The snapshots and ledgers. -#}
{%- macro recorded_nodes() -%}
    {{- return(graph.nodes.values() | selectattr("config.meta.recorded_at") | list if execute else []) -}}
{%- endmacro -%}

{#- Time (in the format of `as_of_text`) and name of the newest record of these snapshots and ledgers, or none. -#}
{%- macro newest_record(nodes) -%}
    {%- set found = [] -%}
    {%- for node in nodes -%}
        {%- set relation = adapter.get_relation(node.database, node.schema, node.alias) -%}
        {%- set newest = run_query("select max(" ~ node.config.meta.recorded_at ~ ") from " ~ relation).rows[0][0] if relation -%}
        {%- do found.append((newest.strftime("%Y-%m-%d %H:%M:%S.%f"), node.name)) if newest -%}
    {%- endfor -%}
    {{- return(found | sort | last if found else none) -}}
{%- endmacro -%}

{#-
    Runs before a staging table is replaced: its raw files must be as they were found, and two builds of one `as_of` must
    have the same rows. Models that do not read the table give the same rows as before; those that do are skipped.
-#}
{%- macro guard_known_rows() -%}
    {%- if execute and "macro.slotwatch.known_rows" in model.depends_on.macros -%}
        {%- set unsafe = run_query("select slotwatch_changed_files('" ~ model.sources[0][1] ~ "')").rows[0][0] if target.type == "duckdb" -%}
        {{- exceptions.raise_compiler_error(unsafe) if unsafe -}}
        {%- if load_relation(this) and as_of_of_the_last_build() == as_of_text() == as_of_of_the_last_build(model.name) == (newest_record(recorded_nodes()) or [""])[0] and not is_emptied(this) -%}
            {%- set before = "select cast(known_rows as text) from " ~ this ~ " as known_rows" -%}
            {%- set now = "select cast(known_rows as text) from (" ~ sql ~ ") as known_rows" -%}
            {%- set changed = "((" ~ before ~ " except " ~ now ~ ") union all (" ~ now ~ " except " ~ before ~ ")) as changed" -%}
            {{- refuse_other_data(run_query("select count(*) from " ~ changed).rows[0][0], model.name) -}}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{%- macro refuse_other_data(changed, name) -%}
    {%- if changed > 0 -%}
        {{- exceptions.raise_compiler_error(
            "as_of " ~ as_of_text()[:19] ~ " was built before with other data (" ~ changed ~ " rows of " ~ name
            ~ " differ): build with a later as_of."
        ) -}}
    {%- endif -%}
{%- endmacro -%}

{#- Runs after the companies are identified, before any ledger or mart: at most a small share of slots may be gone. -#}
{%- macro guard_against_loss() -%}
    {%- set versions = ledger_of_earlier_builds("slot_status_snapshot") -%}
    {%- if versions -%}
        {#- slots of a company that became an alias are not lost -#}
        {%- set facts = run_query(
            "select count(*) as known, count(case when companies.alias_id is null then 1 end) as gone from " ~ versions
            ~ " as versions left join " ~ this ~ " as companies on versions.company_id = companies.alias_id and companies.kind = 'alias' "
            ~ "where versions.dbt_valid_to is null and (companies.alias_id is null or companies.alias_id = companies.company_id)"
        ).rows[0] -%}
        {%- set limit = var("snapshot_max_drop_pct") -%}
        {%- if facts["gone"] * 100 > facts["known"] * limit -%}
            {{- exceptions.raise_compiler_error(
                facts["gone"] ~ " of " ~ facts["known"] ~ " slots are gone, more than snapshot_max_drop_pct (" ~ limit
                ~ " %): check that the raw tables are complete, or raise the var if they are."
            ) -}}
        {%- endif -%}
    {%- endif -%}
{%- endmacro -%}

{#-
    Runs between a snapshot's source model and the snapshot: two builds of the same `as_of` must give the same rows.
    `columns`: the unique key, then the columns that are checked for changes.
-#}
{%- macro guard_snapshot(name, today, columns) -%}
    {%- set snapshot = ledger_of_earlier_builds(name) -%}
    {%- if snapshot and (newest_record([graph.nodes["snapshot.slotwatch." ~ name]]) or [""])[0] == as_of_text() -%}
        {%- set changed = "select count(*) from (" ~ versions_to_come(snapshot, today, columns) ~ ") as versions" -%}
        {{- refuse_other_data(run_query(changed).rows[0][0], today.identifier) -}}
    {%- endif -%}
{%- endmacro -%}
