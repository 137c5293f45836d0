{{ config(schema="marketing", alias="company_slots") }}

select
    slot_id as slot_unique_id,
    company_id as company_unique_id,
    person_id as person_unique_id,
    role as slot_type,
    status = 'filled' as is_filled,
    filled_at,
    {{ as_of() }} as last_refreshed_at
from {{ ref("slots") }}
