{#
    A table is not built again when what it is made of has not changed: its compiled SQL (which holds `as_of` where the
    model reads the clock) and the contents of all that it reads; of a seed, its file. Both fingerprints stand in the
    table's comment, which is lost with the table and written in the transaction that fills it. What raw files hold stands
    in the comments of their views; what the raw tables of a server hold is looked up each time. `--full-refresh`,
    `dbt seed`, or the var reuse_unchanged, builds everything.
#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- if is_unchanged() -%}
        {{ return(reuse_table()) }}
    {%- endif -%}
    {%- if model.language == "sql" -%}
        {{ return(replace_relation("table")) }}
    {%- endif -%}
    {#-
        A Python model can be called from its materialization and from nowhere deeper. Its rows come by a connection of
        their own, which does not see what this one dropped: so they get a table beside the old one.
    -#}
    {%- set target_relation = this.incorporate(type="table") -%}
    {%- set new_relation = make_intermediate_relation(target_relation) -%}
    {%- do drop_relation_if_exists(load_cached_relation(new_relation)) -%}
    {%- call statement("main", language="python") -%}
        {{- create_table_as(False, new_relation, compiled_code, "python") }}
    {%- endcall -%}
    {%- do drop_relation_if_exists(load_cached_relation(this)) -%}
    {%- do adapter.rename_relation(new_relation, target_relation) -%}
    {{- run_hooks(post_hooks) -}}
    {%- do adapter.commit() -%}
    {{ return({"relations": [target_relation]}) }}
{% endmaterialization %}

{% materialization table, adapter="postgrespy", supported_languages=["sql", "python"] %}
    {%- if is_unchanged() -%}
        {{ return(reuse_table()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_postgrespy()) }}
{% endmaterialization %}

{% materialization seed, adapter="duckdb" %}
    {{ return(reuse_seed() if is_unchanged() else dbt.materialization_seed_default()) }}
{% endmaterialization %}

{% materialization seed, adapter="postgrespy" %}
    {{ return(reuse_seed() if is_unchanged() else dbt.materialization_seed_default()) }}
{% endmaterialization %}

{#- What dbt hears of a table that stays as it is. -#}
{%- macro reuse_table() -%}
    {%- call noop_statement("main", "REUSED", "REUSED", 0) -%}
        -- nothing that this table is made of has changed
    {%- endcall -%}
    {{- return({"relations": [this.incorporate(type="table")]}) -}}
{%- endmacro -%}

{#- The same of a seed, of which dbt wants to have read the rows. -#}
{%- macro reuse_seed() -%}
    {%- do store_result("agate_table", response="REUSED", agate_table=none) -%}
    {{- return(reuse_table()) -}}
{%- endmacro -%}

{#-
    Whether this model's table holds what a build would give. Asked before anything is read, so that a raw row that
    comes between is news to the next build.
-#}
{%- macro is_unchanged() -%}
    {%- set told = fingerprints() -%}
    {%- set inputs = inputs_fingerprint(told) -%}
    {%- do store_result("inputs", response=inputs) -%}
    {%- if not var("reuse_unchanged") or flags.FULL_REFRESH or flags.WHICH == "seed" or not model.config.meta.get("reuse", true) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or not existing.is_table -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set own = told.get(table_of(this)) -%}
    {{- return(inputs is not none and own is not none and own.inputs == inputs and not has_lost_rows(this)) -}}
{%- endmacro -%}

{#- After a table was filled: its comment says of what it is made, and what it holds. -#}
{%- macro remember_contents() -%}
    {%- if execute and model.config.materialized != "view" -%}
        {%- set is_made_of_inputs = model.config.materialized in ["table", "seed"] -%}
        {%- set inputs = load_result("inputs").response if is_made_of_inputs else none -%}
        {%- set contents = "of-inputs-" ~ inputs -%}
        {%- set reads_the_clock = as_of_text()[:10] in (model.compiled_code or "") -%}
        {%- if inputs is none or reads_the_clock or model.config.meta.get("compare_contents") -%}
            {%- set contents = contents_of(this) -%}
        {%- endif -%}
        comment on table {{ this }} is 'made of {{ inputs or "unknown" }}, holds {{ contents }}'
    {%- endif -%}
{%- endmacro -%}

{#- Fingerprint of all that this model's table is made of; none if something that it reads has none. -#}
{%- macro inputs_fingerprint(told) -%}
    {%- set parts = [
        model.compiled_code or model.checksum, model.config.column_types, model.config.contract, model.config.indexes,
        dbt_version, told.get("engine"),
    ] -%}
    {%- for column in model.columns.values() -%}
        {%- do parts.append([column.name, column.data_type, column.constraints]) -%}
    {%- endfor -%}
    {%- for node in nodes_read(model.depends_on.nodes) -%}
        {%- set contents = told[table_of(node)].contents if table_of(node) in told else source_contents(node) -%}
        {%- if contents is none -%}
            {{- return(none) -}}
        {%- endif -%}
        {%- do parts.append([node.unique_id, contents]) -%}
    {%- endfor -%}
    {{- return(local_md5(parts | string)) -}}
{%- endmacro -%}

{#- These nodes, and behind each view the nodes that it reads. -#}
{%- macro nodes_read(unique_ids) -%}
    {%- set found = [] -%}
    {%- for unique_id in unique_ids -%}
        {%- set node = graph.nodes.get(unique_id) or graph.sources.get(unique_id) -%}
        {%- do found.append(node) -%}
        {%- if node.config.materialized == "view" -%}
            {%- do found.extend(nodes_read(node.depends_on.nodes)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(found) -}}
{%- endmacro -%}

{#- The name of the relation of a node, or of a relation, with its schema. -#}
{%- macro table_of(node) -%}
    {{- return(node.schema ~ "." ~ (node.identifier or node.alias)) -}}
{%- endmacro -%}

{#-
    What the comments of this model's table and of all that it reads say, and the engine's version:
    `{schema.table: {inputs, contents}, engine: version}`.
-#}
{%- macro fingerprints() -%}
    {%- set told, tables, views = {}, [table_of(this)], [] -%}
    {%- for node in nodes_read(model.depends_on.nodes) -%}
        {%- set may_be_view = node.resource_type == "source" or node.config.materialized == "view" -%}
        {%- do (views if may_be_view else tables).append(table_of(node)) -%}
    {%- endfor -%}
    {%- for row in run_query(comments_query(tables, views)).rows -%}
        {%- do told.update({"engine": row[2]}) -%}
        {%- set parts = modules.re.fullmatch("made of (\\S+), holds (\\S+)", row[1] or "") -%}
        {%- if parts -%}
            {%- do told.update({row[0]: {"inputs": parts.group(1), "contents": parts.group(2)}}) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(told) -}}
{%- endmacro -%}
