with

times as (

    select
        'companies' as mart,
        company_id as key_value,
        last_seen_at as known_at
    from {{ ref("companies") }}
    union all
    select
        'people' as mart,
        person_id as key_value,
        last_seen_at as known_at
    from {{ ref("people") }}
    union all
    select
        'slot_history' as mart,
        slot_id as key_value,
        valid_from as known_at
    from {{ ref("slot_history") }}
    union all
    select
        'pressure_signals' as mart,
        signal_id as key_value,
        detected_at as known_at
    from {{ ref("pressure_signals") }}
    union all
    select
        'bit_rule_events' as mart,
        event_id as key_value,
        detected_at as known_at
    from {{ ref("bit_rule_events") }}
    union all
    select
        'proof_lines' as mart,
        proof_id as key_value,
        generated_at as known_at
    from {{ ref("proof_lines") }}
    union all
    select
        'pipeline_errors' as mart,
        error_id as key_value,
        created_at as known_at
    from {{ ref("pipeline_errors") }}
    union all
    select
        'message_log' as mart,
        message_log_id as key_value,
        sent_at as known_at
    from {{ ref("message_log") }}
    union all
    select
        'authorization_log' as mart,
        log_id as key_value,
        decided_at as known_at
    from {{ ref("authorization_log") }}
    union all
    select
        'pipeline_events' as mart,
        event_id as key_value,
        created_at as known_at
    from {{ ref("pipeline_events") }}
    union all
    select
        'audit_log' as mart,
        audit_id as key_value,
        created_at as known_at
    from {{ ref("audit_log") }}

)

select * from times
where known_at > {{ as_of() }}
