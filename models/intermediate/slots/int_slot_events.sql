with

spells as (

    select
        *,
        lag(status) over (partition by slot_id order by valid_from) as previous_status,
        lag(person_id) over (partition by slot_id order by valid_from) as previous_person_id,
        lag(valid_from) over (partition by slot_id order by valid_from) as previous_valid_from,
        row_number() over (partition by slot_id order by valid_from) as spell_number
    from {{ ref("int_slot_spells") }}

),

changes as (

    select
        *,
        coalesce(status = 'filled' and previous_status = 'filled', false) as is_replacement,
        spell_number = 1 or (spell_number = 2 and previous_status = 'vacant') as has_no_fill_before
    from spells

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
        {# of the state before a slot's first event nobody saw the beginning #}
        case
            when has_no_fill_before then null
            when is_replacement then 0
            else {{ days_between("previous_valid_from", "valid_from") }}
        end as days_before
    from changes
    where status = 'filled'

)

select
    {# the occupant is left out: an id that becomes an alias must not make a new event #}
    concat(
        'sev_',
        substr({{ sha256_hex("concat(slot_id, '|', event_type, '|', cast(occurred_at as text))") }}, 1, 16)
    ) as event_id,
    slot_id,
    company_id,
    role,
    event_type,
    person_id,
    is_replacement,
    occurred_at,
    cast(days_before as bigint) as days_before
from events
