{# the result of the latest check of each email; bounces and suppressions come on top of it in `people` #}
with

latest_checks as (

    select
        *,
        row_number() over (partition by email order by verified_at desc, {{ bytewise("raw_id") }} desc) as recency
    from {{ ref("stg_email_verifications") }}
    where rejection_code is null

)

select
    email,
    email_status,
    confidence as email_confidence,
    verified_at as email_checked_at,
    source_url as email_source_url
from latest_checks
where recency = 1
