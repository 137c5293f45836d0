select
    raw_id as handoff_id,
    company_id,
    person_id,
    notes,
    created_at
from {{ ref("int_handoffs") }}
where rejection_code is null
