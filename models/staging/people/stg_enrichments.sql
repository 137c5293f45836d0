with

enrichments as (

    select * from {{ ref("base_contact_enrichment") }}

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
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when status is not null and known_status is null then 'VALUE_NOT_IN_LIST'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when status is not null and known_status is null then concat('status ''', status, '''')
        end as rejection_detail,
        {{ unreadable_values([("completed_at", "completed_at", "completion")]) }} as unreadable_values
    from typed

)

select * from gated
