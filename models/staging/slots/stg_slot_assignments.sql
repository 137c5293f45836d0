with

assignments as (

    {{ known_rows("slot_assignments") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("role", ["CEO", "CFO", "HR"]) }} as known_role,
        {{ listed_or_null("status", ["filled", "vacant"]) }} as known_status,
        {{ to_timestamp_or_null("effective_at") }} as effective_time
    from assignments

),

gated as (

    select
        raw_id,
        known_at as recorded_at,
        effective_time as effective_at,
        known_role as role,
        known_status as status,
        source,
        {{ columns_read_later("slot_assignments") }},
        unreadable_versions,
        {{ gate([
            ("known_role is null", "VALUE_NOT_IN_LIST", "role", "role"),
            ("known_status is null", "VALUE_NOT_IN_LIST", "status", "status"),
            ("effective_time is null", "REQUIRED_VALUE_UNREADABLE", "effective_at", "effective_at"),
        ]) }},
        cast(null as text) as unreadable_values
    from typed

)

select * from gated
