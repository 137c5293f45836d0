with

messages as (

    {{ known_rows("message_log") }}

),

typed as {{ computed_once() }} (

    select
        *,
        {{ listed_or_null("direction", ["outbound", "inbound"]) }} as known_direction,
        {{ listed_or_null("channel", ["email", "linkedin", "phone", "other"]) }} as known_channel,
        {{ listed_or_null("message_kind", ["educational", "persona"]) }} as known_kind
    from messages

),

gated as (

    select
        raw_id,
        known_at as sent_at,
        campaign_id,
        known_direction as direction,
        known_channel as channel,
        known_kind as message_kind,
        subject,
        body,
        {{ columns_read_later("message_log") }},
        unreadable_versions,
        {{ gate([
            ("known_direction is null", "VALUE_NOT_IN_LIST", "direction", "direction"),
            ("known_channel is null", "VALUE_NOT_IN_LIST", "channel", "channel"),
            ("message_kind is not null and known_kind is null", "VALUE_NOT_IN_LIST", "message_kind", "message_kind"),
        ]) }},
        cast(null as text) as unreadable_values
    from typed

)

select * from gated
