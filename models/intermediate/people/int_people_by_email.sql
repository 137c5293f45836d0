{# whose an email is: the oldest person of those whose email it is today #}
with

ranked as (

    select
        email,
        person_id,
        company_id,
        row_number() over (partition by email order by person_number) as age_rank
    from {{ ref("int_people") }}
    where email is not null

)

select
    email,
    person_id,
    company_id
from ranked
where age_rank = 1
