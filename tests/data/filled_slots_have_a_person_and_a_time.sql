with

slots as (

    select * from {{ ref("slots") }}

)

select
    slot_id,
    status,
    person_id,
    filled_at,
    held_since,
    marketing_triggered,
    bit_event_id
from slots
where
    (status = 'filled' and (person_id is null or filled_at is null or held_since is null))
    or (status = 'vacant' and (
        person_id is not null or filled_at is not null or held_since is not null or marketing_triggered
    ))
    or marketing_triggered <> (bit_event_id is not null)
    or filled_at < vacated_at
