with

verifications as (

    select * from {{ ref("stg_email_verifications") }}
    where rejection_code is null

),

people as (

    select * from {{ ref("int_people") }}
    where is_oldest_with_email

)

select
    verifications.raw_id as verification_id,
    people.company_id,
    people.person_id,
    verifications.email,
    verifications.given_status,
    verifications.email_status,
    verifications.confidence,
    verifications.provider,
    verifications.source_url,
    verifications.verified_at,
    {# bounces and suppressions come on top of the latest check in `people` #}
    row_number() over (
        partition by verifications.email
        order by verifications.verified_at desc, {{ bytewise("verifications.raw_id") }} desc
    ) = 1 as is_latest
from verifications
left join people on verifications.email = people.email
