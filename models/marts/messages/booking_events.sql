with

bookings as (

    select * from {{ ref("stg_bookings") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'booking_event' and rejection_code is null

)

select
    bookings.raw_id as booking_event_id,
    subjects.company_id,
    subjects.person_id,
    bookings.event_time,
    bookings.source,
    bookings.created_at
from bookings
inner join subjects on bookings.raw_id = subjects.raw_id
