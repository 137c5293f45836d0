with

suppressions as (

    select * from {{ ref("stg_suppressions") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'suppression'

),

people as (

    select * from {{ ref("int_people") }}
    where is_oldest_with_email

)

select
    suppressions.raw_id as suppression_id,
    subjects.company_id,
    people.person_id,
    suppressions.email,
    suppressions.reason,
    suppressions.expires_at is null or suppressions.expires_at > {{ as_of() }} as is_in_force,
    suppressions.expires_at,
    suppressions.created_at
from suppressions
inner join subjects on suppressions.raw_id = subjects.raw_id
left join people on suppressions.email = people.email
{# if the company is not found, the suppression still stops the email #}
where subjects.company_id is not null or suppressions.email is not null
