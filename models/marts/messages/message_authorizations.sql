with

checks as (

    select * from {{ ref("int_message_checks") }}

),

written as (

    select * from {{ ref("written_messages") }}

),

{# emails that were sent today count against the limit of today #}
sent_today as (

    select count(*) as messages
    from {{ ref("message_log") }}
    where direction = 'outbound' and channel = 'email' and cast(sent_at as date) = {{ today() }}

),

turns as (

    select
        checks.company_id,
        row_number() over (
            order by checks.band desc nulls last, checks.valid_until nulls last, checks.company_id
        ) + sent_today.messages as turn
    from checks
    inner join written on checks.message_id = written.message_id
    cross join sent_today
    where written.broken_rules is null

),

decided as (

    select
        checks.*,
        written.broken_rules,
        coalesce(
            checks.denial_reason,
            case
                when turns.company_id is null then 'COPY_RULE_BROKEN'
                when turns.turn > {{ var("daily_limit") }} then 'DAILY_LIMIT'
            end
        ) as reason
    from checks
    left join written on checks.message_id = written.message_id
    left join turns on checks.company_id = turns.company_id

)

select
    company_id,
    requested_action,
    cast(required_band as integer) as required_band,
    band,
    reason is null as is_authorized,
    reason as denial_reason,
    broken_rules,
    role,
    person_id,
    proof_id,
    {{ as_of() }} as decided_at
from decided
