with

identity as (

    select * from {{ ref("int_person_identity") }}
    where origin is not null

)

select
    identity.observation_key,
    identity.registered_number as entity_number,
    {# Python mints the id; SQL computes it again, because the macro refuses numbers beyond the var barton_blocks #}
    case
        when identity.origin = 'minted' then {{ barton_id("identity.registered_number", "person") }}
        else identity.registered_id
    end as barton_id,
    identity.origin,
    identity.observed_at,
    {{ as_of() }} as recorded_at
from identity
{% if is_incremental() -%}
{# the model may run again after the build that added the rows #}
left join {{ this }} as registered
    on
        identity.observation_key = registered.observation_key
        and identity.registered_number = registered.entity_number
where registered.observation_key is null
{%- endif %}
