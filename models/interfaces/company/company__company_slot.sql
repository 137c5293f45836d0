{{ config(schema="company", alias="company_slot") }}

select
    slots.slot_id as company_slot_id,
    slots.company_id,
    slots.role as role_code,
    slots.person_id as contact_id,
    companies.first_seen_at as created_at,
    slots.last_changed_at as updated_at
from {{ ref("slots") }} as slots
inner join {{ ref("companies") }} as companies on slots.company_id = companies.company_id
