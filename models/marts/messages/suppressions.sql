select
    suppressions.raw_id as suppression_id,
    suppressions.company_id,
    people.person_id,
    suppressions.email,
    suppressions.reason,
    suppressions.expires_at is null or suppressions.expires_at > {{ as_of() }} as is_in_force,
    suppressions.expires_at,
    suppressions.created_at
from {{ ref("int_suppressions") }} as suppressions
left join {{ ref("int_people") }} as people on suppressions.email = people.email and people.is_oldest_with_email
where suppressions.rejection_code is null
