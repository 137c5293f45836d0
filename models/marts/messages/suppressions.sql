{# orders from the raw table, orders that people gave by answering, and people who opted out in another system #}
with

stop_orders as (

    select * from {{ ref("int_stop_orders") }}

),

people as (

    select * from {{ ref("int_people") }}
    where is_oldest_with_email

)

select
    case stop_orders.raw_table
        when 'message_log' then concat('reply:', stop_orders.raw_id)
        when 'people_raw_intake' then concat('person:', stop_orders.raw_id)
        else stop_orders.raw_id
    end as suppression_id,
    stop_orders.raw_table as source_table,
    stop_orders.company_id,
    min(people.person_id) as person_id,
    {{ join_texts("stop_orders.target", "', '", bytewise("stop_orders.target")) }} as email,
    stop_orders.reason,
    count(case when stop_orders.stops_company then 1 end) > 0 as is_company_stopped,
    stop_orders.is_in_force,
    stop_orders.expires_at,
    stop_orders.created_at
from stop_orders
left join people on stop_orders.target = people.email
group by
    stop_orders.raw_id,
    stop_orders.raw_table,
    stop_orders.company_id,
    stop_orders.reason,
    stop_orders.is_in_force,
    stop_orders.expires_at,
    stop_orders.created_at
