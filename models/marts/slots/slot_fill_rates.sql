with

slots as (

    select
        role,
        status
    from {{ ref("slots") }}

),

roles as (

    select role from {{ ref("roles") }}
    union all
    select 'ALL' as role

),

counted as (

    select
        roles.role,
        cast(count(slots.status) as integer) as total_slots,
        cast(count(case when slots.status = 'filled' then 1 end) as integer) as filled_slots
    from roles
    left join slots on roles.role = slots.role or roles.role = 'ALL'
    group by roles.role

)

select
    role,
    total_slots,
    filled_slots,
    {# tenths of a percent, rounded half up; null if there are no slots #}
    cast(
        {{ div("2000 * cast(filled_slots as bigint) + total_slots", "nullif(2 * total_slots, 0)") }}
        * 0.1 as numeric(4, 1)
    ) as fill_rate_pct
from counted
