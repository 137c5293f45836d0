with

verdicts as (

    select
        company_id,
        count(*) as verdict_count,
        count(case when is_authorized then 1 end) as authorised,
        count(case when not is_authorized then 1 end) as denied,
        count(case when is_authorized = (denial_reason is not null) then 1 end) as contradictory
    from {{ ref("message_authorizations") }}
    group by company_id

)

select
    coalesce(companies.company_id, verdicts.company_id) as company_id,
    verdicts.verdict_count,
    verdicts.authorised,
    verdicts.denied,
    verdicts.contradictory
from {{ ref("companies") }} as companies
full outer join verdicts on companies.company_id = verdicts.company_id
where
    companies.company_id is null
    or coalesce(verdicts.authorised + verdicts.denied, 0) <> 1
    or verdicts.contradictory > 0
