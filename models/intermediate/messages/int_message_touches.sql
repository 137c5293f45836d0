{{ config(materialized="view") }}
{# what was already sent to each company: how often in the present band, and when last #}
with

messages as (

    select * from {{ ref("message_log") }}
    where direction = 'outbound'

),

band_spells as (

    select
        company_id,
        valid_from as band_entered_at
    from {{ ref("band_history") }}
    where valid_to is null

)

select
    messages.company_id,
    max(messages.sent_at) as last_sent_at,
    max(case when messages.message_kind = 'educational' then messages.sent_at end) as last_educational_at,
    count(case when messages.message_kind = 'educational' then 1 end) as educational_messages,
    count(case
        when messages.message_kind = 'persona' and messages.sent_at >= band_spells.band_entered_at then 1
    end) as persona_touches
from messages
left join band_spells on messages.company_id = band_spells.company_id
group by messages.company_id
