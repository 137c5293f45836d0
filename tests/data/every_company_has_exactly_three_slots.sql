with

companies as (

    select company_id from {{ ref("companies") }}

),

slots as (

    select
        slot_id,
        company_id,
        role
    from {{ ref("slots") }}

),

slots_of_companies as (

    select
        companies.company_id,
        count(slots.slot_id) as slot_count,
        count(distinct slots.slot_id) as distinct_slots,
        count(distinct case when slots.role in ('CEO', 'CFO', 'HR') then slots.role end) as distinct_roles
    from companies
    left join slots on companies.company_id = slots.company_id
    group by companies.company_id

)

select * from slots_of_companies
where slot_count <> 3 or distinct_slots <> 3 or distinct_roles <> 3
