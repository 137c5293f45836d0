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
    {%- set new_rows = adapter.run_python_model(model, compiled_code) -%}
  {%- else -%}
    {%- set new_rows = make_temp_relation(target_relation) -%}
    {%- do run_query(create_table_as(True, new_rows, sql)) -%}
  {%- endif -%}

  {%- do run_query(create_table_as(False, intermediate_relation, 'select * from ' ~ new_rows ~ ' where false')) -%}
  {%- do create_indexes(intermediate_relation) -%}
  {%- set columns = adapter.get_columns_in_relation(intermediate_relation) -%}
  {%- set keep = postgrespy__fits(existing_relation, intermediate_relation, exactly=true) -%}

  {%- if keep -%}
    {%- set missing_indexes = postgrespy__missing_indexes(existing_relation, intermediate_relation) -%}
    {%- do adapter.drop_relation(intermediate_relation) -%}
    {{ postgrespy__replace_rows(target_relation, columns, new_rows) }}
    {%- for statement in missing_indexes -%}
      {%- do run_query(statement) -%}
    {%- endfor -%}
  {%- else -%}
    {%- do postgrespy__warn_of_dropped_views(existing_relation) -%}
    {%- set names = get_quoted_csv(columns | map(attribute='name')) -%}
    {%- call statement('main') -%}
      insert into {{ intermediate_relation }} ({{ names }}) select {{ names }} from {{ new_rows }}
    {%- endcall -%}
    {%- do adapter.rename_relation(existing_relation, backup_relation) -%}
    {%- do adapter.rename_relation(intermediate_relation, target_relation) -%}
  {%- endif -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {%- do postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {{ return(postgrespy__conclude(target_relation, none if keep else backup_relation)) }}
{% endmacro %}


{#-
  Makes the rows of a table those of a temporary table. Only what differs is deleted and inserted, unless most does: rows
  that stay cost no write, no index entry and no vacuum. Rows are told apart by a hash, and counted, since a table may
  hold the same row twice. Whether most differs is told by the 64th part of the hashes that divides by 64, so that
  nothing more is compared where a column changes in every row, as a date of the day does. Of a small table that part
  tells nothing (less than 100 changes), and all is compared.
-#}
{% macro postgrespy__replace_rows(target_relation, columns, new_rows) %}
  {%- set names = get_quoted_csv(columns | map(attribute='name')) -%}
  {%- set row_hash = postgrespy__row_hash(columns) -%}
  {#- the lock is against a second writer, whose rows would come on top; readers do not notice -#}
  {%- do run_query('lock table ' ~ target_relation ~ ' in share row exclusive mode') -%}
  {%- call statement('slice', fetch_result=True) -%}
    create temporary table postgrespy_old_rows on commit drop as
    select tableoid as partition, ctid as place, {{ row_hash }} as row_hash from {{ target_relation }};
    create temporary table postgrespy_new_rows on commit drop as
    select ctid as place, {{ row_hash }} as row_hash from {{ new_rows }};
    select (select count(*) from ({{ postgrespy__changed_hashes('row_hash % 64 = 0') }}) as changes)
      > (select greatest(count(*), 100) from postgrespy_old_rows where row_hash % 64 = 0)
  {%- endcall -%}
  {%- set most_differs = load_result('slice').table.rows[0][0] -%}
  {%- if not most_differs -%}
    {%- do run_query(
      'create temporary table postgrespy_changes on commit drop as ' ~ postgrespy__changed_hashes('true')
    ) -%}
  {%- endif -%}
  {%- call statement('main') -%}
    delete from {{ target_relation }}
    {%- if not most_differs %}
    where (tableoid, ctid) in (
      select partition, place from postgrespy_old_rows join postgrespy_changes using (row_hash)
    )
    {%- endif %};
    insert into {{ target_relation }} ({{ names }})
    select {{ names }} from {{ new_rows }}
    {%- if not most_differs %}
    where ctid in (select place from postgrespy_new_rows join postgrespy_changes using (row_hash))
    {%- endif %}
  {%- endcall -%}
{% endmacro %}


{#- The hashes that old and new rows do not have equally often, of those for which a condition holds. -#}
{% macro postgrespy__changed_hashes(condition) -%}
  select row_hash
  from (
    select row_hash, 1 as times from postgrespy_old_rows where {{ condition }}
    union all
    select row_hash, -1 as times from postgrespy_new_rows where {{ condition }}
  ) as counted
  group by row_hash
  having sum(times) <> 0
{%- endmacro %}


{#-
  A 64-bit hash of a row. Of types that have one spelling per value the value is hashed, which is far quicker than its text:
  numerics of no fixed scale (1.0, 1.00), floats (0, -0) and intervals are equal where their texts are not, and json has
  no hash.
-#}
{% macro postgrespy__row_hash(columns) -%}
  {%- set of_one_spelling = [
    'boolean', 'smallint', 'integer', 'bigint', 'date', 'uuid',
    'timestamp without time zone', 'timestamp with time zone',
  ] -%}
  {%- set values = [] -%}
  {%- for column in columns -%}
    {%- if column.dtype in of_one_spelling or (column.dtype == 'numeric' and column.numeric_precision) -%}
      {%- do values.append('cast(' ~ column.quoted ~ ' as ' ~ column.data_type ~ ')') -%}
    {%- else -%}
      {%- do values.append('cast(' ~ column.quoted ~ ' as text) collate "C"') -%}
    {%- endif -%}
  {%- endfor -%}
  hash_record_extended(row({{ values | join(', ') }}), 0)
{%- endmacro %}
