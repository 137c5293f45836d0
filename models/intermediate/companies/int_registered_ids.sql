{{ config(materialized="view") }}
{# without ref: the ledgers depend on this model, so a ref would be a cycle #}
{%- for entity_type in ["company", "person"] %}
{%- set ledger = ledger_of_earlier_builds(entity_type ~ "_id_registry") %}
{{ "union all" if not loop.first }}
{% if ledger -%}
select
    '{{ entity_type }}' as entity_type,
    observation_key,
    entity_number,
    barton_id,
    origin,
    observed_at,
    recorded_at,
    cast(null as text) as survivor_id
from {{ ledger }}
{%- else -%}
select
    '{{ entity_type }}' as entity_type,
    cast(null as text) as observation_key,
    cast(null as bigint) as entity_number,
    cast(null as text) as barton_id,
    cast(null as text) as origin,
    cast(null as timestamp) as observed_at,
    cast(null as timestamp) as recorded_at,
    cast(null as text) as survivor_id
where false
{%- endif %}
{%- endfor %}
{%- set merges = ledger_of_earlier_builds("id_merges") %}
{%- if merges %}
union all
select
    entity_type,
    cast(null as text) as observation_key,
    cast(null as bigint) as entity_number,
    alias_id as barton_id,
    cast(null as text) as origin,
    cast(null as timestamp) as observed_at,
    recorded_at,
    survivor_id
from {{ merges }}
{%- endif %}
