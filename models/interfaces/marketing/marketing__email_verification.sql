{{ config(schema="marketing", alias="email_verification") }}

select
    verification_id,
    person_id as person_unique_id,
    case email_status when 'green' then 'valid' when 'yellow' then 'risky' when 'red' then 'invalid' end
        as email_status,
    provider,
    verified_at
from {{ ref("email_verifications") }}
where person_id is not null and email_status in ('green', 'yellow', 'red')
