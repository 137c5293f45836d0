with

campaigns as (

    {{ known_rows("campaign") }}

),

typed as (

    select
        *,
        {{ to_timestamp_or_null("updated_at") }} as updated
    from campaigns

)

select
    raw_id,
    known_at as created_at,
    name,
    updated as updated_at,
    unreadable_versions,
    rejection_code,
    rejection_detail,
    {{ unreadable_values([("updated_at", "updated_at", "updated")]) }} as unreadable_values
from typed
