select
    raw_id as enrichment_id,
    company_id,
    person_id,
    agent_name,
    enrichment_type,
    status,
    started_at,
    completed_at
from {{ ref("int_enrichments") }}
where rejection_code is null
