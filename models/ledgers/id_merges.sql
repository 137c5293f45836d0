{# when an id was first seen as an alias of another entity #}
with

aliases as (

    select
        'company' as entity_type,
        alias_id,
        company_id as survivor_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'
    union all
    select
        'person' as entity_type,
        alias_id,
        person_id as survivor_id
    from {{ ref("int_person_identity") }}
    where kind = 'alias'

)

select
    aliases.entity_type,
    aliases.alias_id,
    aliases.survivor_id,
    {{ as_of() }} as recorded_at
from aliases
{% if is_incremental() -%}
left join {{ this }} as recorded
    on
        aliases.entity_type = recorded.entity_type
        and aliases.alias_id = recorded.alias_id
        and aliases.survivor_id = recorded.survivor_id
where aliases.alias_id <> aliases.survivor_id and recorded.alias_id is null
{%- else -%}
where aliases.alias_id <> aliases.survivor_id
{%- endif %}
