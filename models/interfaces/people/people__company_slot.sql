{{ config(schema="people", alias="company_slot") }}

select
    companies.outreach_id,
    slots.role as slot_type,
    slots.status = 'filled' as is_filled,
    slots.person_id as barton_id
from {{ ref("slots") }} as slots
inner join {{ ref("companies") }} as companies on slots.company_id = companies.company_id
