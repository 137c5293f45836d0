{# what opens or renews a person's claim on a slot: a title that maps to the role, or an explicit fill #}
select
    'title' as claim_source,
    person_id,
    company_id,
    role,
    rank,
    observed_at
from {{ ref("int_title_observations") }}
where role is not null
union all
select
    'assignment' as claim_source,
    person_id,
    company_id,
    role,
    0 as rank,
    effective_at as observed_at
from {{ ref("int_slot_assignments") }}
where status = 'filled' and is_in_force and rejection_code is null
