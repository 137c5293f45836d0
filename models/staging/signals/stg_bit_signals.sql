with

signals as (

    {{ known_rows("bit_signal") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("signal_type", [
            "website", "linkedin", "hiring", "email_open", "email_click", "linkedin_view", "linkedin_click",
            "site_visit", "form_fill", "content_download", "reply", "meeting_booked", "phone_answered",
            "funding_raised", "job_postings", "executive_movement", "renewal_window_open_120d",
        ]) }} as known_signal_type,
        {{ to_integer_or_null("signal_strength") }} as strength,
        {{ to_timestamp_or_null("processed_at") }} as processed_time
    from signals

),

gated as (

    select
        raw_id,
        known_at as detected_at,
        known_signal_type as signal_type,
        case when strength between 1 and 10 then strength end as signal_strength,
        processed_time as processed_at,
        {{ columns_read_later("bit_signal") }},
        unreadable_versions,
        {{ gate([("known_signal_type is null", "VALUE_NOT_IN_LIST", "signal_type", "signal_type")]) }},
        {{ unreadable_values([
            ("signal_strength", "signal_strength", "case when strength between 1 and 10 then 1 end"),
            ("processed_at", "processed_at", "processed_time"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
