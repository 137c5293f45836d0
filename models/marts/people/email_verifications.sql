select
    raw_id as verification_id,
    company_id,
    person_id,
    email,
    given_status,
    email_status,
    confidence,
    provider,
    source_url,
    verified_at
from {{ ref("int_email_verifications") }}
