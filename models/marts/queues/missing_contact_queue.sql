select
    slots.slot_id,
    slots.company_id,
    companies.company_name,
    slots.role,
    case slots.role when 'CEO' then 1 when 'CFO' then 2 when 'HR' then 3 end as priority,
    slots.vacated_at,
    {# a slot that nobody held yet is vacant since it was first seen #}
    cast({{ days_between("coalesce(slots.vacated_at, slots.last_changed_at)", today()) }} as integer) as days_vacant
from {{ ref("slots") }} as slots
inner join {{ ref("companies") }} as companies on slots.company_id = companies.company_id
where slots.status = 'vacant'
