with

signals as (

    select * from {{ ref("base_bit_signal") }}

),

payloads as (

    select * from {{ ref("stg_normal_forms") }}
    where kind = 'json'

),

typed as {{ computed_once() }} (

    select
        signals.*,
        payloads.normal_value as json_payload,
        {{ listed_or_null("signal_type", [
            "website", "linkedin", "hiring", "email_open", "email_click", "linkedin_view", "linkedin_click",
            "site_visit", "form_fill", "content_download", "reply", "meeting_booked", "phone_answered",
            "funding_raised", "job_postings", "executive_movement", "renewal_window_open_120d",
        ]) }} as known_signal_type,
        {{ to_integer_or_null("signal_strength") }} as strength,
        {{ to_timestamp_or_null("processed_at") }} as processed_time
    from signals
    left join payloads on signals.payload = payloads.raw_value

),

gated as (

    select
        raw_id,
        known_at as detected_at,
        known_signal_type as signal_type,
        case when strength between 1 and 10 then strength end as signal_strength,
        json_payload as payload,
        processed_time as processed_at,
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when known_signal_type is null then 'VALUE_NOT_IN_LIST'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when known_signal_type is null then concat('signal_type ''', signal_type, '''')
        end as rejection_detail,
        {{ unreadable_values([
            ("signal_strength", "signal_strength", "case when strength between 1 and 10 then 1 end"),
            ("processed_at", "processed_at", "processed_time"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
