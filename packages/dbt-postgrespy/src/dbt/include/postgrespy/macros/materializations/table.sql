{% materialization table, adapter='postgrespy', supported_languages=['sql', 'python'] %}
  {%- set existing_relation = load_cached_relation(this) -%}
  {%- if config.get('keep_dependents', false) and existing_relation is not none -%}
    {%- if existing_relation.is_table and not should_full_refresh() -%}
      {{ return(postgrespy__keep_table(existing_relation)) }}
    {%- endif -%}
    {%- do postgrespy__warn_of_dropped_views(existing_relation) -%}
  {%- endif -%}
  {{ return(dbt.materialization_table_default()) }}
{% endmaterialization %}


{#-
  dbt's table materialization, but the rows go into the table that is there, if its definition is what dbt would
  create now. That is found out on an empty intermediate table, so contracts, constraints and indexes are dbt's own.
-#}
{% macro postgrespy__keep_table(existing_relation) %}
  {%- set target_relation = this.incorporate(type='table') -%}
  {%- set intermediate_relation = make_intermediate_relation(target_relation) -%}
  {%- set backup_relation = make_backup_relation(target_relation, 'table') -%}
  {{ drop_relation_if_exists(load_cached_relation(intermediate_relation)) }}
  {{ drop_relation_if_exists(load_cached_relation(backup_relation)) }}

  {{ run_hooks(pre_hooks, inside_transaction=False) }}
  {%- do adapter.ensure_transaction() -%}
  {{ run_hooks(pre_hooks, inside_transaction=True) }}

  {%- if model.language == 'python' -%}
    {%- set rows = adapter.run_python_model(model, compiled_code) -%}
  {%- else -%}
    {%- set temp_relation = make_temp_relation(target_relation) -%}
    {%- do run_query(create_table_as(True, temp_relation, sql)) -%}
    {%- set rows = 'select * from ' ~ temp_relation.render() -%}
  {%- endif -%}

  {%- do run_query(create_table_as(False, intermediate_relation, rows ~ ' where false')) -%}
  {%- do create_indexes(intermediate_relation) -%}
  {%- set columns = get_quoted_csv(adapter.get_columns_in_relation(intermediate_relation) | map(attribute='name')) -%}
  {%- set keep = postgrespy__fits(existing_relation, intermediate_relation, exactly=true) -%}

  {%- if keep -%}
    {%- set missing_indexes = postgrespy__missing_indexes(existing_relation, intermediate_relation) -%}
    {%- do adapter.drop_relation(intermediate_relation) -%}
    {{ postgrespy__replace_rows(target_relation, columns, rows) }}
    {%- for statement in missing_indexes -%}
      {%- do run_query(statement) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do postgrespy__warn_of_dropped_views(existing_relation) -%}
    {%- call statement('main') -%}
      insert into {{ intermediate_relation }} ({{ columns }}) select {{ columns }} from ({{ rows }}) as model_rows
    {%- endcall -%}
    {%- do adapter.rename_relation(existing_relation, backup_relation) -%}
    {%- do adapter.rename_relation(intermediate_relation, target_relation) -%}
  {%- endif -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {%- do postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {{ return(postgrespy__conclude(target_relation, none if keep else backup_relation)) }}
{% endmacro %}


{#-
  Makes the rows of a table those of a query. Only what differs is deleted and inserted, unless most does: rows that
  stay cost no write, no index entry and no vacuum. Rows are told apart by a hash of their text, and counted, since a
  table may hold the same row twice.
-#}
{% macro postgrespy__replace_rows(target_relation, columns, rows) %}
  {%- set row_hash = 'hashtextextended(cast(row(' ~ columns ~ ') as text), 0)' -%}
  {#- the lock is against a second writer, whose rows would come on top; readers do not notice -#}
  {%- do run_query('lock table ' ~ target_relation ~ ' in share row exclusive mode') -%}
  {%- call statement('changes', fetch_result=True) -%}
    create temporary table postgrespy_old_rows on commit drop as
    select tableoid as partition, ctid as place, {{ row_hash }} as row_hash from {{ target_relation }};
    create temporary table postgrespy_changes on commit drop as
    select row_hash
    from (select row_hash, count(*) as times from postgrespy_old_rows group by row_hash) as old_rows
    full join (
      select {{ row_hash }} as row_hash, count(*) as times from ({{ rows }}) as model_rows group by 1
    ) as new_rows using (row_hash)
    where old_rows.times is distinct from new_rows.times;
    select (select count(*) from postgrespy_changes) > (select count(*) from postgrespy_old_rows)
  {%- endcall -%}
  {%- set most_differs = load_result('changes').table.rows[0][0] -%}
  {%- call statement('main') -%}
    delete from {{ target_relation }}
    {%- if not most_differs %}
    where (tableoid, ctid) in (
      select partition, place from postgrespy_old_rows join postgrespy_changes using (row_hash)
    )
    {%- endif %};
    insert into {{ target_relation }} ({{ columns }})
    select {{ columns }} from ({{ rows }}) as model_rows
    {%- if not most_differs %}
    where {{ row_hash }} in (select row_hash from postgrespy_changes)
    {%- endif %}
  {%- endcall -%}
{% endmacro %}
