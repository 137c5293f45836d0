select
    verifications.raw_id,
    people.company_id,
    people.person_id,
    verifications.email,
    verifications.given_status,
    verifications.email_status,
    verifications.confidence,
    verifications.provider,
    verifications.source_url,
    verifications.verified_at
from {{ ref("stg_email_verifications") }} as verifications
left join {{ ref("int_people") }} as people on verifications.email = people.email and people.is_oldest_with_email
where verifications.rejection_code is null
