{#
    DuckDB makes and drops relations in transactions: what takes the place of a table or a view can have its name at once,
    and what fails leaves the old one. dbt's way, a name beside it, two renamings and a drop, is three statements more,
    each as dear as a small model.
#}

{#- Make this model's table or view in the place of what is there; what a materialization returns. -#}
{%- macro replace_relation() -%}
    {%- set existing, type = load_cached_relation(this), relation_type() -%}
    {%- set target_relation = this.incorporate(type=type) -%}
    {{- run_hooks(pre_hooks, inside_transaction=False) -}}
    {{- run_hooks(pre_hooks, inside_transaction=True) -}}
    {%- if existing is not none and existing.type != type -%}
        {%- do adapter.drop_relation(existing) -%}
    {%- endif -%}
    {%- call statement("main") -%}
        drop {{ type }} if exists {{ target_relation }};
        {{ create_table_as(False, target_relation, sql) if type == "table" else get_create_view_as_sql(target_relation, sql) }}
    {%- endcall -%}
    {%- do persist_docs(target_relation, model) -%}
    {{- run_hooks(post_hooks, inside_transaction=True) -}}
    {%- do adapter.commit() -%}
    {{- run_hooks(post_hooks, inside_transaction=False) -}}
    {{- return({"relations": [target_relation]}) -}}
{%- endmacro -%}

{#- Overrides dbt's: the primary key of a contract comes last. DuckDB indexes filled tables far quicker than it keeps an index up. -#}
{%- macro duckdb__create_table_as(temporary, relation, compiled_code, language="sql", partitioned_by=none, sorted_by=none) -%}
    {{- dbt.duckdb__create_table_as(temporary, relation, compiled_code, language, partitioned_by, sorted_by) -}}
    {%- if language == "sql" and not temporary and model.config.contract.enforced and primary_key() %}
    alter table {{ relation }} add primary key ({{ primary_key() | join(", ") }});
    {%- endif -%}
{%- endmacro -%}

{#- The columns and constraints of a contract without the primary key, for the table to be filled. -#}
{%- macro duckdb__get_table_columns_and_constraints() -%}
    {%- set columns = {} -%}
    {%- for name, column in model.columns.items() -%}
        {%- set constraints = column.constraints | rejectattr("type", "equalto", "primary_key") | list -%}
        {%- do columns.update({name: dict(column, constraints=constraints)}) -%}
    {%- endfor -%}
    {%- set constraints = model.constraints | rejectattr("type", "equalto", "primary_key") | list -%}
    (
        {{- (
            adapter.render_raw_columns_constraints(raw_columns=columns)
            + adapter.render_raw_model_constraints(raw_constraints=constraints)
        ) | join(", ") -}}
    )
{%- endmacro -%}

{#- The columns of this model's primary key, as its contract has them; none if it has none. -#}
{%- macro primary_key() -%}
    {%- set names = [] -%}
    {%- for column in model.columns.values() if column.constraints | selectattr("type", "equalto", "primary_key") | list -%}
        {%- do names.append(column.name) -%}
    {%- endfor -%}
    {%- for constraint in model.constraints | selectattr("type", "equalto", "primary_key") -%}
        {%- do names.extend(constraint.columns) -%}
    {%- endfor -%}
    {{- return(names) -}}
{%- endmacro -%}
