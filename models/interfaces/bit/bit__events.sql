{{ config(schema="bit", alias="events") }}

select
    event_id,
    company_id as company_unique_id,
    rule_name as rule_id,
    weight,
    payload as event_payload,
    detected_at
from {{ ref("bit_rule_events") }}
