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
  dbt's table materialization, but the rows go into the existing table if its definition is the one that dbt would
  create now. An empty intermediate table is created to find this out, so contracts, constraints and indexes are dbt's
  own.
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
    {%- call statement('main') -%}
      {{ postgrespy__insert_all(intermediate_relation, columns, new_rows) }}
    {%- endcall -%}
    {%- do adapter.rename_relation(existing_relation, backup_relation) -%}
    {%- do adapter.rename_relation(intermediate_relation, target_relation) -%}
  {%- endif -%}

  {{ run_hooks(post_hooks, inside_transaction=True) }}

  {%- do postgrespy__grant_and_describe(existing_relation, target_relation, keep) -%}
  {{ return(postgrespy__conclude(target_relation, none if keep else backup_relation)) }}
{% endmacro %}


{#-
  Makes the rows of a table those of a temporary table. Rows are matched by the primary key: missing rows are deleted,
  changed rows updated, new rows inserted. An update that changes no indexed column writes no index entry if the page of
  the row has free space, which `fillfactor` reserves. All rows are written if the table has no primary key, or if it
  has another unique constraint, which single updates could violate for a moment.
-#}
{% macro postgrespy__replace_rows(target_relation, columns, new_rows) %}
  {#- the lock stops a second writer, whose rows would otherwise be added; readers are not blocked -#}
  {%- do run_query('lock table ' ~ target_relation ~ ' in share row exclusive mode') -%}
  {%- set key = postgrespy__only_unique_key(target_relation) -%}
  {%- if key -%}
    {%- do postgrespy__refuse_duplicates(new_rows, key | join(', ')) -%}
    {%- set is_same_key = '(' ~ postgrespy__of_row('old_row', key) ~ ') = (' ~ postgrespy__of_row('new_row', key) ~ ')' -%}
    {%- do run_query(
      'delete from ' ~ target_relation ~ ' as old_row where not exists (select from ' ~ new_rows ~ ' as new_row where '
      ~ is_same_key ~ ')'
    ) -%}
    {%- set names = columns | map(attribute='quoted') | list -%}
    {%- call statement('main') -%}
      merge into {{ target_relation }} as old_row
      using {{ new_rows }} as new_row
      on {{ is_same_key }}
      when matched and {{ postgrespy__spelling('old_row', columns) }}
        is distinct from {{ postgrespy__spelling('new_row', columns) }}
      then update set ({{ names | join(', ') }}) = row({{ postgrespy__of_row('new_row', names) }})
      when not matched then insert ({{ names | join(', ') }}) values ({{ postgrespy__of_row('new_row', names) }})
    {%- endcall -%}
  {%- else -%}
    {%- call statement('main') -%}
      delete from {{ target_relation }};
      {{ postgrespy__insert_all(target_relation, columns, new_rows) }}
    {%- endcall -%}
  {%- endif -%}
{% endmacro %}


{% macro postgrespy__insert_all(relation, columns, new_rows) -%}
  {%- set names = columns | map(attribute='quoted') | join(', ') -%}
  insert into {{ relation }} ({{ names }}) select {{ names }} from {{ new_rows }}
{%- endmacro %}


{% macro postgrespy__of_row(row, names) -%}
  {{ row }}.{{ names | join(', ' ~ row ~ '.') }}
{%- endmacro %}


{#- The error message of `merge` would name neither the repeated key nor the constraint. -#}
{% macro postgrespy__refuse_duplicates(new_rows, key) -%}
  {%- set duplicate = run_query('select 1 from ' ~ new_rows ~ ' group by ' ~ key ~ ' having count(*) > 1 limit 1') -%}
  {%- if duplicate.rows | length > 0 -%}
    {%- do run_query('create unique index on ' ~ new_rows ~ ' (' ~ key ~ ')') -%}
  {%- endif -%}
{%- endmacro %}


{#-
  The values that decide whether a row changed, as the table stores them: a new numeric is rounded to the scale of its
  column. Some types are compared as texts, because equal values can be written differently: numerics without a fixed
  scale (1.0, 1.00), floats (0, -0), intervals, and texts in some collations. The type json has no equality operator at
  all.
-#}
{% macro postgrespy__spelling(row, columns) -%}
  {%- set of_one_spelling = [
    'boolean', 'smallint', 'integer', 'bigint', 'date', 'uuid',
    'timestamp without time zone', 'timestamp with time zone',
  ] -%}
  {%- set values = [] -%}
  {%- for column in columns -%}
    {%- if column.dtype in of_one_spelling or (column.dtype == 'numeric' and column.numeric_precision) -%}
      {%- do values.append('cast(' ~ row ~ '.' ~ column.quoted ~ ' as ' ~ column.data_type ~ ')') -%}
    {%- else -%}
      {%- do values.append('cast(' ~ row ~ '.' ~ column.quoted ~ ' as text) collate "C"') -%}
    {%- endif -%}
  {%- endfor -%}
  row({{ values | join(', ') }})
{%- endmacro %}
