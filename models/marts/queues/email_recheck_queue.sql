with

people as (

    select
        people.person_id,
        people.full_name,
        people.title,
        people.email,
        coalesce(email_status.email_status, 'gray') as email_status,
        email_status.email_checked_at
    from {{ ref("int_people") }} as people
    left join {{ ref("int_email_status") }} as email_status on people.email = email_status.email
    where {{ clean_text("people.email") }} is not null

)

select
    person_id,
    full_name,
    title,
    email,
    email_status,
    email_checked_at,
    {# never is the epoch, so that those come first by time #}
    coalesce(email_checked_at, cast('1970-01-01 00:00:00' as timestamp)) as last_checked_at
from people
where email_checked_at is null or email_checked_at < {{ as_of() }} - interval '30 days'
