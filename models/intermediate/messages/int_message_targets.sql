{# whom a message to each company would reach: a persona message, or an educational one in band 2 #}
with

company_bands as (

    select * from {{ ref("int_company_bands") }}

),

actions as (

    select * from {{ ref("band_actions") }}

),

filled_slots as (

    select * from {{ ref("int_slot_status") }}
    where status = 'filled'

),

requested as (

    select
        company_bands.*,
        case
            when company_bands.band = 2 and {{ var("allow_educational") }} then 'educational_content'
            else 'persona_email'
        end as requested_action,
        coalesce(message_roles.role, 'CEO') as wanted_role
    from company_bands
    left join {{ ref("message_roles") }} as message_roles
        on company_bands.primary_pressure = message_roles.pressure_class

),

{# the seat the pressure concerns; if it is vacant: CEO, then CFO, then HR #}
seats as (

    select
        requested.company_id,
        filled_slots.role,
        filled_slots.person_id,
        row_number() over (
            partition by requested.company_id
            order by
                case when filled_slots.role = requested.wanted_role then 0 else 1 end,
                case filled_slots.role when 'CEO' then 1 when 'CFO' then 2 else 3 end
        ) as choice
    from requested
    inner join filled_slots on requested.company_id = filled_slots.company_id

)

select
    requested.company_id,
    requested.requested_action,
    actions.min_band as required_band,
    requested.band,
    requested.send_band,
    requested.primary_pressure,
    seats.role,
    seats.person_id,
    people.first_name,
    people.last_name,
    people.email,
    coalesce(email_status.email_status, 'gray') as email_status
from requested
inner join actions on requested.requested_action = actions.action
left join seats on requested.company_id = seats.company_id and seats.choice = 1
left join {{ ref("int_people") }} as people on seats.person_id = people.person_id
left join {{ ref("int_email_status") }} as email_status on people.email = email_status.email
