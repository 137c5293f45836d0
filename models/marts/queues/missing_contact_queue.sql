with

vacant_slots as (

    select * from {{ ref("slots") }}
    where status = 'vacant'

),

companies as (

    select * from {{ ref("companies") }}

),

roles as (

    select * from {{ ref("roles") }}

)

select
    vacant_slots.slot_id,
    vacant_slots.company_id,
    companies.company_name,
    vacant_slots.role,
    roles.fill_order as priority,
    vacant_slots.vacated_at,
    {# a slot that was never filled is vacant since it was first seen #}
    cast(
        {{ days_between("coalesce(vacant_slots.vacated_at, vacant_slots.last_changed_at)", today()) }} as integer
    ) as days_vacant
from vacant_slots
inner join companies on vacant_slots.company_id = companies.company_id
inner join roles on vacant_slots.role = roles.role
