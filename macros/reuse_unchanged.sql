{#
    A table or view is not built again when what it is made of has not changed: its compiled SQL (which holds `as_of` where
    the model reads the clock) and the contents of all that it reads; of a seed, its file. Both fingerprints stand in its
    comment, which is lost with it and written in the transaction that makes it. A run reads all comments when it starts,
    and notes in dbt's graph, which its nodes share, what it writes itself. What raw files hold stands in the comments of
    their views; what the raw tables of a server hold is looked up each time. `--full-refresh`, `dbt seed`, or the var
    reuse_unchanged, builds everything.
#}

{% materialization table, adapter="duckdb", supported_languages=["sql", "python"] %}
    {%- if is_unchanged() -%}
        {{ return(reuse_relation()) }}
    {%- endif -%}
    {%- if model.language == "sql" -%}
        {{ return(replace_relation()) }}
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
        {{ return(reuse_relation()) }}
    {%- endif -%}
    {{ return(dbt.materialization_table_postgrespy()) }}
{% endmaterialization %}

{% materialization view, adapter="duckdb" %}
    {{ return(reuse_relation() if is_unchanged() else replace_relation()) }}
{% endmaterialization %}

{% materialization view, adapter="postgrespy" %}
    {{ return(reuse_relation() if is_unchanged() else dbt.materialization_view_postgrespy()) }}
{% endmaterialization %}

{% materialization seed, adapter="duckdb" %}
    {{ return(reuse_seed() if is_unchanged() else dbt.materialization_seed_default()) }}
{% endmaterialization %}

{% materialization seed, adapter="postgrespy" %}
    {{ return(reuse_seed() if is_unchanged() else dbt.materialization_seed_default()) }}
{% endmaterialization %}

{#- What dbt hears of a table or view that stays as it is. -#}
{%- macro reuse_relation() -%}
    {%- call noop_statement("main", "REUSED", "REUSED", 0) -%}
        -- nothing that this is made of has changed
    {%- endcall -%}
    {{- return({"relations": [this.incorporate(type=relation_type())]}) -}}
{%- endmacro -%}

{#- The same of a seed, of which dbt wants to have read the rows. -#}
{%- macro reuse_seed() -%}
    {%- do store_result("agate_table", response="REUSED", agate_table=none) -%}
    {{- return(reuse_relation()) -}}
{%- endmacro -%}

{#- What this node is in the database. -#}
{%- macro relation_type() -%}
    {{- return("view" if model.config.materialized == "view" else "table") -}}
{%- endmacro -%}

{#-
    Whether this model's table or view is what a build would give. Asked before anything is read, so that a raw row that
    comes between is news to the next build.
-#}
{%- macro is_unchanged() -%}
    {%- set inputs = inputs_fingerprint() -%}
    {%- do store_result("inputs", response=inputs) -%}
    {%- if not var("reuse_unchanged") or flags.FULL_REFRESH or flags.WHICH == "seed" or not model.config.meta.get("reuse", true) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set existing = load_cached_relation(this) -%}
    {%- if existing is none or existing.type != relation_type() -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set own = graph.fingerprints.get(table_of(this)) -%}
    {%- set is_as_made = inputs is not none and own is not none and own.inputs == inputs -%}
    {{- return(is_as_made and not (existing.is_table and has_lost_rows(this))) -}}
{%- endmacro -%}

{#-
    After a table was filled or a view was made: its comment says of what it is made, and what it holds. Of a view that is
    its code, since whoever reads it counts what the view reads as well; of rows that are hashed, the names belong to it.
-#}
{%- macro remember_contents() -%}
    {%- if execute -%}
        {%- set is_made_of_inputs = model.config.materialized in ["table", "view", "seed"] -%}
        {%- set inputs = (load_result("inputs").response if is_made_of_inputs else none) or "unknown" -%}
        {%- set reads_the_clock = as_of_text()[:10] in (model.compiled_code or "") -%}
        {%- if relation_type() == "view" -%}
            {%- set contents = "code-" ~ local_md5(model.compiled_code) -%}
        {%- elif inputs == "unknown" or reads_the_clock or model.config.meta.get("compare_contents") -%}
            {%- set contents = contents_of(this, model) ~ "-" ~ local_md5(model.columns.keys() | join(" ")) -%}
        {%- else -%}
            {%- set contents = "of-inputs-" ~ inputs -%}
        {%- endif -%}
        {%- do graph.fingerprints.update({table_of(this): {"inputs": inputs, "contents": contents}}) -%}
        comment on {{ relation_type() }} {{ this }} is 'made of {{ inputs }}, holds {{ contents }}'
    {%- endif -%}
{%- endmacro -%}

{#- Fingerprint of all that this model is made of; none if something that it reads has none. -#}
{%- macro inputs_fingerprint() -%}
    {%- set parts = [
        model.compiled_code or model.checksum, model.config.column_types, model.config.contract, model.config.indexes,
        model.config.grants, dbt_version, graph.fingerprints.engine,
    ] -%}
    {%- for column in model.columns.values() -%}
        {%- do parts.append([column.name, column.data_type, column.constraints]) -%}
    {%- endfor -%}
    {%- for node in nodes_read(model.depends_on.nodes) -%}
        {%- set told = graph.fingerprints.get(table_of(node)) -%}
        {%- set contents = told.contents if told else source_contents(node) -%}
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
    When a run starts: what the comments of all that it may read or build say, and the engine's version, into dbt's graph
    as `{schema.table: {inputs, contents}, engine: version}`.
-#}
{%- macro read_fingerprints() -%}
    {%- if execute -%}
        {%- set told, schemas = {"engine": run_query("select version()").rows[0][0]}, [] -%}
        {%- for node in (graph.nodes.values() | list) + (graph.sources.values() | list) if node.schema not in schemas -%}
            {%- do schemas.append(node.schema) -%}
        {%- endfor -%}
        {%- for row in run_query(comments_query(schemas)).rows -%}
            {%- set parts = modules.re.fullmatch("made of (\\S+), holds (\\S+)", row[1] or "") -%}
            {%- if parts -%}
                {%- do told.update({row[0]: {"inputs": parts.group(1), "contents": parts.group(2)}}) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do graph.update({"fingerprints": told}) -%}
    {%- endif -%}
{%- endmacro -%}
