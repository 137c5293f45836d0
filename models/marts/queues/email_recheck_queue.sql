select
    person_id,
    full_name,
    title,
    email,
    email_status,
    email_checked_at,
    coalesce(email_checked_at, cast('{{ var("never_checked_at") }}' as timestamp)) as last_checked_at
from {{ ref("people") }}
where
    {{ clean_text("email") }} is not null
    and (
        email_checked_at is null
        or email_checked_at < {{ as_of() }} - interval '{{ var("recheck_after_days") }} days'
    )
