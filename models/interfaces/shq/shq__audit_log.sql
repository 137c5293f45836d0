{{ config(schema="shq", alias="audit_log") }}

select
    audit_id,
    event_type,
    entity_type,
    entity_id,
    description,
    created_at
from {{ ref("audit_log") }}
