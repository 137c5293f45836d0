{{ config(schema="svg_marketing", alias="slot_tracker") }}

select
    slot_id,
    company_id,
    role,
    person_id as contact_id,
    status,
    filled_at,
    vacated_at,
    marketing_triggered
from {{ ref("slots") }}
