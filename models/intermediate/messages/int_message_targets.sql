{#
    The requested action and the recipient for each company, and what stops any message to it: a suppression, a
    handover, a meeting, a conversation.
-#}
with

company_bands as (

    select * from {{ ref("int_company_bands") }}

),

actions as (

    select * from {{ ref("band_actions") }}

),

slots as (

    select * from {{ ref("slots") }}
    where status = 'filled'

),

people as (

    select * from {{ ref("people") }}

),

suppressions as (

    select * from {{ ref("int_suppressions_in_force") }}
    where strength is not null

),

{# a refusal stops messages for longer than a conversation #}
pauses as (

    select
        company_id,
        'HANDED_OFF' as reason
    from {{ ref("ac_handoffs") }}
    where cast(created_at as date) >= {{ today() }} - {{ var("handoff_days") }}
    union
    select
        company_id,
        'MEETING_BOOKED' as reason
    from {{ ref("booking_events") }}
    where cast(coalesce(event_time, created_at) as date) >= {{ today() }} - {{ var("meeting_days") }}
    union
    select
        company_id,
        'IN_CONVERSATION' as reason
    from {{ ref("message_log") }}
    where
        direction = 'inbound'
        and cast(sent_at as date) >= {{ today() }} - case
            when reply_class in ('opt_out', 'negative') then {{ var("refusal_days") }}
            when reply_class = 'reply' then {{ var("conversation_days") }}
        end

),

paused as (

    select
        company_id,
        max(case when reason = 'HANDED_OFF' then 1 else 0 end) as is_handed_off,
        max(case when reason = 'MEETING_BOOKED' then 1 else 0 end) as has_meeting
    from pauses
    group by company_id

),

{# an educational message is for companies whose band is too low for a persona message #}
requested as (

    select
        company_bands.*,
        message_roles.role as wanted_role,
        case
            when
                {{ var("allow_educational") }}
                and company_bands.band >= educational.min_band
                and company_bands.band < persona.min_band
                then 'educational_content'
            else 'persona_email'
        end as requested_action
    from company_bands
    inner join actions as persona on persona.action = 'persona_email'
    inner join actions as educational on educational.action = 'educational_content'
    left join {{ ref("message_roles") }} as message_roles
        on company_bands.primary_pressure = message_roles.pressure_class

),

{# the slot that the pressure concerns; if it is vacant, the first filled slot #}
chosen_slots as (

    select
        requested.company_id,
        slots.role,
        slots.person_id,
        row_number() over (
            partition by requested.company_id
            order by case when slots.role = requested.wanted_role then 0 else 1 end, roles.message_order
        ) as choice
    from requested
    inner join slots on requested.company_id = slots.company_id
    inner join {{ ref("roles") }} as roles on slots.role = roles.role

)

select
    requested.company_id,
    requested.requested_action,
    actions.min_band as required_band,
    requested.band,
    requested.send_band,
    requested.primary_pressure,
    chosen_slots.role,
    chosen_slots.person_id,
    people.first_name,
    people.last_name,
    people.email,
    coalesce(people.email_status, 'gray') as email_status,
    of_companies.reason as company_suppression,
    case
        when of_emails.strength < of_companies.strength or of_companies.strength is null then of_emails.reason
        else of_companies.reason
    end as suppression,
    case
        when paused.is_handed_off = 1 then 'HANDED_OFF'
        when paused.has_meeting = 1 then 'MEETING_BOOKED'
        when paused.company_id is not null then 'IN_CONVERSATION'
    end as pause_reason
from requested
inner join actions on requested.requested_action = actions.action
left join chosen_slots on requested.company_id = chosen_slots.company_id and chosen_slots.choice = 1
left join people on chosen_slots.person_id = people.person_id
left join suppressions as of_companies on requested.company_id = of_companies.company_id
left join suppressions as of_emails on people.email = of_emails.email
left join paused on requested.company_id = paused.company_id
