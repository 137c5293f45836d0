with

assignments as (

    select * from {{ ref("stg_slot_assignments") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where raw_table = 'slot_assignments'

),

person_references as (

    select * from {{ ref("int_person_references") }}
    where raw_table = 'slot_assignments'

)

select
    assignments.raw_id,
    company_references.company_id,
    assignments.role,
    assignments.status,
    person_references.person_id,
    assignments.effective_at,
    assignments.recorded_at,
    {# an assignment can be recorded before it takes effect #}
    assignments.effective_at <= {{ as_of() }} as is_in_force,
    coalesce(
        assignments.rejection_code,
        company_references.rejection_code,
        {# a fill needs a known person; a vacating of an unknown person must not empty the seat of another #}
        case
            when assignments.status = 'filled' or person_references.names_somebody
                then person_references.rejection_code
        end
    ) as rejection_code
from assignments
inner join company_references on assignments.raw_id = company_references.raw_id
inner join person_references on assignments.raw_id = person_references.raw_id
