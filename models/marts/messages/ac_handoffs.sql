with

handoffs as (

    select * from {{ ref("stg_handoffs") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'ac_handoff' and rejection_code is null

)

select
    handoffs.raw_id as handoff_id,
    subjects.company_id,
    subjects.person_id,
    handoffs.notes,
    handoffs.created_at
from handoffs
inner join subjects on handoffs.raw_id = subjects.raw_id
