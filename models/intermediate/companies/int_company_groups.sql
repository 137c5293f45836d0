with

grouped as (

    select * from {{ ref("grouped_companies") }}

),

company_rows as (

    select * from {{ ref("int_company_rows") }}

)

select
    company_rows.row_key as observation_key,
    grouped.group_key,
    company_rows.observed_at,
    company_rows.row_key as intake_id,
    1 as mention,
    company_rows.handed_in_id,
    company_rows.name_key,
    coalesce(company_rows.domain, company_rows.ein, company_rows.linkedin_url) is not null as has_own_key,
    grouped.rejection_code,
    grouped.is_key_conflict,
    grouped.conflict_detail
from company_rows
inner join grouped on company_rows.row_key = grouped.row_key
