select
    person_id,
    linkedin_url as url,
    last_profile_checked_at as last_checked_at
from {{ ref("people") }}
where
    {{ clean_text("linkedin_url") }} is not null
    and (
        last_profile_checked_at is null
        or last_profile_checked_at < {{ as_of() }} - interval '{{ var("recheck_after_days") }} days'
    )
