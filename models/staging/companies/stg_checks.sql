with

checks as (

    {{ known_rows("checks") }}

),

typed as (

    select
        *,
        {{ listed_or_null("target", ["website", "linkedin", "news", "profile"]) }} as known_target
    from checks

)

select
    raw_id,
    known_at as checked_at,
    known_target as target,
    outcome,
    {{ columns_read_later("checks") }},
    unreadable_versions,
    {{ gate([("known_target is null", "VALUE_NOT_IN_LIST", "target", "target")]) }},
    cast(null as text) as unreadable_values
from typed
