{# Partly unreadable rows are accepted; an unreadable value gets the meaning that allows the fewest messages. #}
with

messages as (

    {{ known_rows("message_log") }}

),

words as (

    select * from {{ ref("message_words") }}

),

{# case does not count, and any signs between words become one `_` #}
folded as (

    select
        {%- for field in ["direction", "channel", "message_kind"] %}
        trim(replace(replace(replace(
            translate({{ ascii_lower(field) }}, ' -–—/.,:;&+()', '_____________'), '_', '()'
        ), ')(', ''), '()', '_'), '_') as {{ field }}_word,
        {%- endfor %}
        *
    from messages

),

typed as {{ computed_once() }} (

    select
        folded.*,
        directions.meaning as known_direction,
        coalesce(directions.meaning, 'outbound') as counted_direction,
        channels.meaning as known_channel,
        kinds.meaning as known_kind
    from folded
    left join words as directions on folded.direction_word = directions.word and directions.field = 'direction'
    left join words as channels on folded.channel_word = channels.word and channels.field = 'channel'
    left join words as kinds on folded.message_kind_word = kinds.word and kinds.field = 'message_kind'

),

{# the meaning of an answer is read from its subject, as the first line, and its body #}
answers as (

    select
        *,
        case
            when counted_direction = 'inbound'
                then concat(replace(coalesce(subject, ''), chr(10), ' '), chr(10), coalesce(body, ''))
        end as reply_text
    from typed

),

gated as (

    select
        raw_id,
        known_at as sent_at,
        message_id,
        campaign_id,
        counted_direction as direction,
        coalesce(known_channel, 'other') as channel,
        case
            when known_direction is null then 'persona'
            when message_kind is not null and known_kind is null and counted_direction = 'outbound' then 'persona'
            else known_kind
        end as message_kind,
        subject,
        body,
        {{ columns_read_later("message_log") }},
        unreadable_versions,
        {# an answer without a readable time is not used #}
        case
            when rejection_code = 'KNOWLEDGE_TIME_UNREADABLE' and counted_direction = 'inbound' then rejection_code
            when message_log_id is null and known_at is null and counted_direction = 'inbound' then rejection_code
        end as rejection_code,
        case when known_at is null and counted_direction = 'inbound' then rejection_detail end as rejection_detail,
        nullif(substr(concat(
            case when message_log_id is null then '; message_log_id is missing' else '' end,
            case when known_at is null then concat('; sent_at ''', sent_at, ''' is no time') else '' end,
            case when known_direction is null then concat('; direction ''', direction, '''') else '' end,
            case when known_channel is null then concat('; channel ''', channel, '''') else '' end,
            case
                when message_kind is not null and known_kind is null
                    then concat('; message_kind ''', message_kind, '''')
                else ''
            end
        ), 3), '') as unclear_values,
        cast(null as text) as unreadable_values
    from answers

)

select * from gated
