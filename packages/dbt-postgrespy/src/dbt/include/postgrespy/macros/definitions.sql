{#- Comparisons of two relations by the catalogue. -#}

{% macro postgrespy__regclass(relation) -%}
  '{{ relation.include(database=false).render() | replace("'", "''") }}'::regclass
{%- endmacro %}

{#-
  Whether the existing relation has the columns of the wanted one: names, types and collations, in this order.
  With `exactly`, which is for tables, it must have no other columns, and every wanted constraint. Constraints that a
  user added stay.
-#}
{% macro postgrespy__fits(existing, wanted, exactly) -%}
  {%- call statement('fits', fetch_result=True) -%}
    with columns as (
      select
        attrelid as relation,
        row_number() over (partition by attrelid order by attnum) as place,
        (attname, format_type(atttypid, atttypmod), attcollation)::text as definition,
        attnotnull
      from pg_attribute
      where attnum > 0 and not attisdropped
    ),
    existing as (select * from columns where relation = {{ postgrespy__regclass(existing) }}),
    wanted as (select * from columns where relation = {{ postgrespy__regclass(wanted) }})
    select not exists (
      select from existing full join wanted using (place)
      where (existing.definition is distinct from wanted.definition or wanted.attnotnull and not existing.attnotnull)
        {% if not exactly %}and existing.place is not null{% endif %}
    )
    {% if exactly %}
    and not exists (
      select pg_get_constraintdef(oid) from pg_constraint where conrelid = {{ postgrespy__regclass(wanted) }}
      except
      select pg_get_constraintdef(oid) from pg_constraint where conrelid = {{ postgrespy__regclass(existing) }}
    )
    and (select count(distinct relpersistence) = 1 from pg_class
         where oid in ({{ postgrespy__regclass(existing) }}, {{ postgrespy__regclass(wanted) }}))
    {% endif %}
  {%- endcall -%}
  {{ return(load_result('fits').table.rows[0][0]) }}
{%- endmacro %}

{#- The columns of the primary key, as SQL; none if the table has no primary key, or has another unique or exclusion
constraint. -#}
{% macro postgrespy__only_unique_key(relation) -%}
  {%- call statement('key', fetch_result=True) -%}
    select quote_ident(attname)
    from pg_constraint
    join pg_index on indexrelid = conindid and not indisexclusion
    join pg_attribute on attrelid = conrelid and attnum = any(conkey)
    where contype = 'p' and conrelid = {{ postgrespy__regclass(relation) }}
      and not exists (
        select from pg_index as other
        where other.indrelid = conrelid and (other.indisunique or other.indisexclusion) and other.indexrelid <> conindid
      )
    order by attnum
  {%- endcall -%}
  {{ return(load_result('key').table.columns[0].values() | list) }}
{%- endmacro %}

{#- The statements that give the existing table the indexes of the wanted one that it lacks. -#}
{% macro postgrespy__missing_indexes(existing, wanted) -%}
  {%- call statement('missing_indexes', fetch_result=True) -%}
    with indexes as (
      select
        indrelid as relation,
        relname as name,
        case when indisunique then 'create unique index' else 'create index' end as command,
        substring(pg_get_indexdef(indexrelid) from ' USING .*') as definition
      from pg_index
      join pg_class on pg_class.oid = indexrelid
      where indisvalid
        -- only these relations, because others may be dropped during the query
        and indrelid in ({{ postgrespy__regclass(existing) }}, {{ postgrespy__regclass(wanted) }})
    )
    select command || ' ' || quote_ident(name) || ' on {{ existing.render() | replace("'", "''") }}' || definition
    from indexes as wanted
    where relation = {{ postgrespy__regclass(wanted) }}
      and not exists (
        select from indexes as existing
        where existing.relation = {{ postgrespy__regclass(existing) }}
          and (existing.command, existing.definition) = (wanted.command, wanted.definition)
      )
  {%- endcall -%}
  {{ return(load_result('missing_indexes').table.columns[0].values() | list) }}
{%- endmacro %}

{#- One warning that names the views which go with the relation when it is dropped with cascade. -#}
{% macro postgrespy__warn_of_dropped_views(relation) -%}
  {%- call statement('dependent_views', fetch_result=True) -%}
    with recursive edges as (
      select distinct refobjid as relation, ev_class as dependent
      from pg_depend
      join pg_rewrite on pg_rewrite.oid = objid
      where classid = 'pg_rewrite'::regclass and refclassid = 'pg_class'::regclass and refobjid <> ev_class
    ),
    dependents as (
      select dependent from edges where relation = {{ postgrespy__regclass(relation) }}
      union
      select edges.dependent from edges join dependents on edges.relation = dependents.dependent
    )
    select format('%I.%I', nspname, relname)
    from dependents
    join pg_class on pg_class.oid = dependent
    join pg_namespace on pg_namespace.oid = relnamespace
    order by 1
  {%- endcall -%}
  {%- set views = load_result('dependent_views').table.columns[0].values() | list -%}
  {%- if views -%}
    {%- do exceptions.warn(relation.include(database=false).render() ~ ' is replaced, not kept: the views on it are dropped: ' ~ views | join(', ')) -%}
  {%- endif -%}
{%- endmacro %}
