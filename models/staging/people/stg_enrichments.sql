with

enrichments as (

    {{ known_rows("contact_enrichment") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("status", ["pending", "running", "completed", "failed"]) }} as known_status,
        {{ to_timestamp_or_null("completed_at") }} as completion
    from enrichments

),

gated as (

    select
        raw_id,
        known_at as started_at,
        agent_name,
        enrichment_type,
        known_status as status,
        completion as completed_at,
        {{ columns_read_later("contact_enrichment") }},
        unreadable_versions,
        {{ gate([("status is not null and known_status is null", "VALUE_NOT_IN_LIST", "status", "status")]) }},
        {{ unreadable_values([("completed_at", "completed_at", "completion")]) }} as unreadable_values
    from typed

)

select * from gated
