{{ config(materialized="view") }}
{# without ref: the ledger depends on models that read this one, so a ref would be a cycle #}
{%- set ledger = ledger_of_earlier_builds("id_merges") %}
{% if ledger -%}
select
    entity_type,
    alias_id,
    survivor_id,
    recorded_at
from {{ ledger }}
{%- else -%}
select
    cast(null as text) as entity_type,
    cast(null as text) as alias_id,
    cast(null as text) as survivor_id,
    cast(null as timestamp) as recorded_at
where false
{%- endif %}
