{{ config(schema="marketing", alias="contact_enrichment") }}

select
    enrichment_id,
    person_id as person_unique_id,
    agent_name,
    enrichment_type,
    status,
    started_at,
    completed_at
from {{ ref("enrichment_jobs") }}
