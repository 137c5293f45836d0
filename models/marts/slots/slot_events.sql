with

spells as (

    select * from {{ ref("slot_history") }}

),

{# few spells have ended: joining them is cheaper than sorting all spells #}
ended_spells as (

    select
        slot_id,
        status,
        person_id,
        valid_from,
        valid_to,
        row_number() over (partition by slot_id order by valid_from) as spell_number
    from spells
    where valid_to is not null

),

changes as (

    select
        spells.*,
        previous.status as previous_status,
        previous.person_id as previous_person_id,
        previous.valid_from as previous_valid_from,
        coalesce(spells.status = 'filled' and previous.status = 'filled', false) as is_replacement,
        previous.slot_id is null or (previous.spell_number = 1 and previous.status = 'vacant') as has_no_fill_before
    from spells
    left join ended_spells as previous
        on spells.slot_id = previous.slot_id and spells.valid_from = previous.valid_to

),

events as (

    select
        slot_id,
        company_id,
        role,
        'VACATED' as event_type,
        previous_person_id as person_id,
        is_replacement,
        valid_from as occurred_at,
        {{ days_between("previous_valid_from", "valid_from") }} as days_before
    from changes
    where previous_status = 'filled'
    union all
    select
        slot_id,
        company_id,
        role,
        'FILLED' as event_type,
        person_id,
        is_replacement,
        valid_from as occurred_at,
        {# the state before the first event of a slot began before the first build #}
        case
            when has_no_fill_before then null
            when is_replacement then 0
            else {{ days_between("previous_valid_from", "valid_from") }}
        end as days_before
    from changes
    where status = 'filled'

)

select
    {{ slot_event_id("slot_id", "event_type", "occurred_at") }} as event_id,
    slot_id,
    company_id,
    role,
    event_type,
    person_id,
    is_replacement,
    occurred_at,
    cast(days_before as bigint) as days_before
from events
