with

messages as (

    select * from {{ ref("base_message_log") }}

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
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when
                known_direction is null
                or known_channel is null
                or (message_kind is not null and known_kind is null)
                then 'VALUE_NOT_IN_LIST'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when known_direction is null then concat('direction ''', direction, '''')
            when known_channel is null then concat('channel ''', channel, '''')
            when message_kind is not null and known_kind is null then concat('message_kind ''', message_kind, '''')
        end as rejection_detail,
        cast(null as text) as unreadable_values
    from typed

)

select * from gated
