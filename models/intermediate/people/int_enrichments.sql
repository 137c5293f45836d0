{{ resolved_contacts(
    "contact_enrichment",
    ref("stg_enrichments"),
    ["agent_name", "enrichment_type", "status", "started_at", "completed_at"],
    needs_person=true,
) }}

select * from resolved
