{# the people to call today #}
with

checks as (

    select * from {{ ref("int_message_checks") }}
    where company_suppression is null and pause_reason is null and not is_at_touch_limit

),

actions as (

    select * from {{ ref("band_actions") }}
    where action in ('phone_warm', 'phone_cold', 'meeting_request')

),

slots as (

    select * from {{ ref("slots") }}
    where status = 'filled'

),

people as (

    select * from {{ ref("people") }}
    where phone is not null and coalesce(email_status_reason, '') <> 'suppressed'

),

proofs as (

    select * from {{ ref("proof_lines") }}
    where is_current

),

allowed as (

    select
        checks.company_id,
        {{ join_texts("actions.action", "', '", "actions.min_band, " ~ bytewise("actions.action")) }} as actions
    from checks
    inner join actions on checks.band >= actions.min_band
    group by checks.company_id

),

seats as (

    select
        company_id,
        person_id,
        {{ join_texts("role", "', '", "role") }} as role
    from slots
    group by company_id, person_id

)

select
    checks.company_id,
    checks.company_name,
    people.person_id,
    people.full_name,
    seats.role,
    people.phone,
    checks.band,
    allowed.actions,
    proofs.line_today
from allowed
inner join checks on allowed.company_id = checks.company_id
inner join seats on allowed.company_id = seats.company_id
inner join people on seats.person_id = people.person_id
left join proofs on allowed.company_id = proofs.company_id
