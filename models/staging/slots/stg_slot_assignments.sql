with

assignments as (

    select * from {{ ref("base_slot_assignments") }}

),

typed as {{ computed_once() }} (

    select
        raw_id,
        known_at as recorded_at,
        source,
        {{ listed_or_null("role", ["CEO", "CFO", "HR"]) }} as role,
        {{ listed_or_null("status", ["filled", "vacant"]) }} as status,
        {{ to_timestamp_or_null("effective_at") }} as effective_at,
        role as raw_role,
        status as raw_status,
        effective_at as raw_effective_at,
        unreadable_versions,
        rejection_code,
        rejection_detail
    from assignments

),

gated as (

    select
        raw_id,
        recorded_at,
        effective_at,
        role,
        status,
        source,
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when role is null or status is null then 'VALUE_NOT_IN_LIST'
            when effective_at is null then 'REQUIRED_VALUE_UNREADABLE'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when role is null then concat('role ''', raw_role, '''')
            when status is null then concat('status ''', raw_status, '''')
            when effective_at is null then concat('effective_at ''', raw_effective_at, '''')
        end as rejection_detail,
        cast(null as text) as unreadable_values
    from typed

)

select * from gated
