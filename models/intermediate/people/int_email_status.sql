{# the status of each email: the latest check wins, but a hard bounce after it is red until the next check #}
with

verifications as (

    select * from {{ ref("stg_email_verifications") }}
    where rejection_code is null

),

hard_bounces as (

    select
        email,
        max(created_at) as bounced_at
    from {{ ref("stg_suppressions") }}
    where rejection_code is null and reason = 'hard_bounce' and email is not null
    group by email

),

latest_checks as (

    select *
    from (
        select
            *,
            row_number() over (partition by email order by verified_at desc, {{ bytewise("raw_id") }} desc) as recency
        from verifications
    ) as checks
    where recency = 1

)

select
    coalesce(latest_checks.email, hard_bounces.email) as email,
    case
        when hard_bounces.bounced_at > latest_checks.verified_at or latest_checks.email is null then 'red'
        else latest_checks.email_status
    end as email_status,
    latest_checks.confidence as email_confidence,
    latest_checks.verified_at as email_checked_at,
    latest_checks.source_url as email_source_url
from latest_checks
full outer join hard_bounces on latest_checks.email = hard_bounces.email
