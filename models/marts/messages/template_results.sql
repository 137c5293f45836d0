with

history as (

    select * from {{ ref("message_history") }}

),

results as (

    select * from {{ ref("message_results") }}
    where template_id is not null

),

queued as (

    select
        template_id,
        touch_number,
        min(role) as role,
        min(pressure_class) as pressure_class,
        count(distinct message_id) as queued
    from history
    group by template_id, touch_number

),

sent as (

    select
        template_id,
        touch_number,
        count(*) as sent,
        count(case when is_replied then 1 end) as replied,
        count(case when is_booked then 1 end) as booked
    from results
    group by template_id, touch_number

)

select
    queued.template_id,
    queued.touch_number,
    queued.role,
    queued.pressure_class,
    cast(queued.queued as integer) as queued,
    cast(coalesce(sent.sent, 0) as integer) as sent,
    cast(coalesce(sent.replied, 0) as integer) as replied,
    cast(coalesce(sent.booked, 0) as integer) as booked,
    cast({{ div("2000 * sent.replied + sent.sent", "2 * sent.sent") }} * 0.1 as numeric(5, 1)) as reply_rate_pct
from queued
left join sent on queued.template_id = sent.template_id and queued.touch_number = sent.touch_number
