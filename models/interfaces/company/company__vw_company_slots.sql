{{ config(schema="company", alias="vw_company_slots") }}

select
    slots.company_id,
    companies.company_name,
    slots.slot_id as company_slot_id,
    slots.role as role_code,
    slots.person_id as contact_id,
    people.full_name,
    people.title,
    people.email,
    people.phone,
    people.linkedin_url as profile_source_url,
    people.email_status,
    people.email_checked_at,
    companies.website_url,
    companies.linkedin_url,
    companies.news_url
from {{ ref("slots") }} as slots
inner join {{ ref("companies") }} as companies on slots.company_id = companies.company_id
left join {{ ref("people") }} as people on slots.person_id = people.person_id
