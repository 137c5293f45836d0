with

slots as (

    select * from {{ ref("slots") }}

),

spells as (

    select
        *,
        lead(valid_from) over (partition by slot_id order by valid_from) as next_valid_from
    from {{ ref("slot_history") }}

),

spells_of_slots as (

    select
        slot_id,
        count(case when valid_to is null then 1 end) as open_spells,
        count(case when is_current then 1 end) as current_spells,
        {# the end of a spell is the start of the next: no gap, no overlap, and only the last one is open #}
        count(case when next_valid_from is distinct from valid_to then 1 end) as breaks,
        count(case when valid_to <= valid_from then 1 end) as empty_spells,
        max(case when is_current then status end) as status,
        max(case when is_current then person_id end) as person_id
    from spells
    group by slot_id

)

select
    slots.slot_id,
    spells_of_slots.open_spells,
    spells_of_slots.breaks,
    spells_of_slots.empty_spells
from slots
full outer join spells_of_slots on slots.slot_id = spells_of_slots.slot_id
where
    slots.slot_id is null
    or spells_of_slots.slot_id is null
    or spells_of_slots.open_spells <> 1
    or spells_of_slots.current_spells <> 1
    or spells_of_slots.breaks > 0
    or spells_of_slots.empty_spells > 0
    or slots.status <> spells_of_slots.status
    or slots.person_id is distinct from spells_of_slots.person_id
