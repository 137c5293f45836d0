with

enrichments as (

    select * from {{ ref("stg_enrichments") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'contact_enrichment' and rejection_code is null

)

select
    enrichments.raw_id as enrichment_id,
    subjects.company_id,
    subjects.person_id,
    enrichments.agent_name,
    enrichments.enrichment_type,
    enrichments.status,
    enrichments.started_at,
    enrichments.completed_at
from enrichments
inner join subjects on enrichments.raw_id = subjects.raw_id
