with

verdicts as (

    {{ known_rows("resolution_verdicts") }}

),

typed as (

    select
        *,
        {{ listed_or_null("entity_type", ["person", "company"]) }} as known_entity_type,
        {{ listed_or_null("verdict", ["same", "different"]) }} as known_verdict
    from verdicts

)

select
    raw_id,
    raw_id as verdict_id,
    known_at as decided_at,
    known_entity_type as entity_type,
    first_id,
    second_id,
    known_verdict as verdict,
    decided_by,
    unreadable_versions,
    {{ gate([
        ("known_entity_type is null", "VALUE_NOT_IN_LIST", "entity_type", "entity_type"),
        ("known_verdict is null", "VALUE_NOT_IN_LIST", "verdict", "verdict"),
    ]) }},
    cast(null as text) as unreadable_values
from typed
