{# the decision on each company: the first reason that applies, the copy and the daily limit last #}
with

checks as (

    select * from {{ ref("int_message_checks") }}

),

rendered as (

    select
        message_id,
        broken_rules
    from {{ ref("written_messages") }}

),

{# what went out today counts against the limit of today #}
sent_today as (

    select count(*) as messages
    from {{ ref("message_log") }}
    where direction = 'outbound' and channel = 'email' and cast(sent_at as date) = {{ today() }}

),

clean as (

    select
        checks.company_id,
        row_number() over (
            order by checks.band desc nulls last, checks.valid_until nulls last, checks.company_id
        ) + sent_today.messages as turn
    from checks
    inner join rendered on checks.message_id = rendered.message_id
    cross join sent_today
    where rendered.broken_rules is null

)

select
    checks.*,
    rendered.broken_rules,
    coalesce(
        checks.denial_reason,
        case
            when clean.company_id is null then 'COPY_RULE_BROKEN'
            when clean.turn > {{ var("daily_limit") }} then 'DAILY_LIMIT'
        end
    ) as reason
from checks
left join rendered on checks.message_id = rendered.message_id
left join clean on checks.company_id = clean.company_id
