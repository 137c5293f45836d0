with

checks as (

    select * from {{ ref("stg_checks") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where raw_table = 'checks'

),

person_references as (

    select * from {{ ref("int_person_references") }}
    where raw_table = 'checks'

)

select
    checks.raw_id,
    checks.target,
    case when checks.target <> 'profile' then company_references.company_id end as company_id,
    case when checks.target = 'profile' then person_references.person_id end as person_id,
    checks.checked_at,
    coalesce(
        checks.rejection_code,
        case
            when checks.target = 'profile' then person_references.rejection_code
            else company_references.rejection_code
        end
    ) as rejection_code
from checks
inner join company_references on checks.raw_id = company_references.raw_id
inner join person_references on checks.raw_id = person_references.raw_id
