select
    suppressions.raw_id as suppression_id,
    suppressions.company_id,
    emails.person_id,
    suppressions.email,
    suppressions.reason,
    suppressions.expires_at is null or suppressions.expires_at > {{ as_of() }} as is_in_force,
    suppressions.expires_at,
    suppressions.created_at
from {{ ref("int_suppressions") }} as suppressions
left join {{ ref("int_people_by_email") }} as emails on suppressions.email = emails.email
where suppressions.rejection_code is null
