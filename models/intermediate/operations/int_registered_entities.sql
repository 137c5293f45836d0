{# companies and people by the id they were registered with, and when #}
select
    'company' as entity_type,
    registry.barton_id as entity_id,
    min(registry.recorded_at) as registered_at,
    max(case when registry.origin = 'handed_in' then 1 else 0 end) = 1 as is_handed_in
from {{ ref("company_id_registry") }} as registry
group by registry.barton_id
union all
select
    'person' as entity_type,
    registry.barton_id as entity_id,
    min(registry.recorded_at) as registered_at,
    max(case when registry.origin = 'handed_in' then 1 else 0 end) = 1 as is_handed_in
from {{ ref("person_id_registry") }} as registry
group by registry.barton_id
