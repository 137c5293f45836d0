{{ config(schema="marketing", alias="ac_handoff") }}

select
    handoff_id,
    company_id,
    person_id as contact_id,
    notes,
    created_at
from {{ ref("ac_handoffs") }}
