{# The action that is requested for each company, and the person whom its message is for. #}
with

company_bands as (

    select * from {{ ref("int_company_bands") }}

),

actions as (

    select * from {{ ref("band_actions") }}

),

message_roles as (

    select * from {{ ref("message_roles") }}

),

roles as (

    select * from {{ ref("roles") }}

),

slots as (

    select * from {{ ref("slots") }}
    where status = 'filled'

),

people as (

    select * from {{ ref("people") }}

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
    left join message_roles on company_bands.primary_pressure = message_roles.pressure_class

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
    inner join roles on slots.role = roles.role

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
    coalesce(people.email_status, 'gray') as email_status
from requested
inner join actions on requested.requested_action = actions.action
left join chosen_slots on requested.company_id = chosen_slots.company_id and chosen_slots.choice = 1
left join people on chosen_slots.person_id = people.person_id
