{# the filings of known companies that count for a plan and year #}
with

filings as (

    select * from {{ ref("stg_form_5500") }}
    where rejection_code is null

),

companies as (

    select
        key_value as ein,
        company_id
    from {{ ref("int_company_keys") }}
    where step = 3

),

insured_filings as (

    select
        ack_id,
        bool_or(has_welfare_mark) as has_welfare_mark,
        bool_or(charges > 0) as has_charges
    from {{ ref("stg_schedule_a") }}
    where rejection_code is null
    group by ack_id

),

placed as (

    select
        filings.*,
        companies.company_id,
        {# a period with a missing start or end counts as a full year #}
        coalesce(filings.plan_year_end_on - filings.plan_year_begin_on, 2 * {{ var("half_plan_year_days") }}) as days,
        coalesce(
            filings.has_welfare_code
            or cast(filings.plan_number as integer) >= {{ var("first_welfare_plan_number") }}
            or insured_filings.has_welfare_mark
            or (insured_filings.has_charges and not filings.has_pension_code),
            false
        ) as says_welfare
    from filings
    inner join companies on filings.ein = companies.ein
    left join insured_filings on filings.ack_id = insured_filings.ack_id

),

{# one filing with a welfare mark makes the plan a welfare plan, unless the filing has no plan number #}
kinds as (

    select
        *,
        bool_or(says_welfare) over (
            partition by ein, plan_number, case when plan_number is null then ack_id end
        ) as is_welfare
    from placed

),

keyed as (

    select
        *,
        concat(ein, '/', coalesce(plan_number, case when is_welfare then '-' else 'pension' end)) as plan_key
    from kinds

),

{# filings with the same start and end are a filing and its amendments #}
ranked as (

    select
        *,
        min(received_at) over (partition by plan_key, plan_year_begin_on, plan_year_end_on) as first_received_at,
        bool_or(has_extension) over (partition by plan_key, plan_year) as is_extended,
        row_number() over (
            partition by plan_key, plan_year
            order by
                days desc nulls last,
                plan_year_end_on desc nulls last,
                received_at desc,
                {{ bytewise("ack_id") }} desc
        ) as recency
    from keyed

)

{# without a plan number, an amendment looks like another plan, so all filings count #}
select
    ack_id,
    company_id,
    plan_key,
    is_welfare,
    plan_year,
    plan_year_begin_on,
    days between {{ var("shortest_year_days") }} and {{ var("longest_year_days") }}
    and (plan_number is not null or is_welfare) as is_comparable,
    first_received_at,
    {{ days_between("plan_year_end_on", "first_received_at") }} - {{ var("filing_due_days") }}
    - case when is_extended then {{ var("filing_extension_days") }} else 0 end as days_late,
    active_participants
from ranked
where recency = 1 or plan_number is null
