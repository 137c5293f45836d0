select
    company_id,
    requested_action,
    cast(required_band as integer) as required_band,
    band,
    reason is null as is_authorized,
    reason as denial_reason,
    role,
    person_id,
    proof_id,
    {{ as_of() }} as decided_at,
    broken_rules
from {{ ref("int_message_decisions") }}
