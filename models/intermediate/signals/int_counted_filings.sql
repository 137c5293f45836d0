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

latest_first as (

    select
        filings.*,
        companies.company_id,
        row_number() over (
            partition by filings.plan_key, filings.plan_year
            order by filings.received_at desc, {{ bytewise("filings.ack_id") }} desc
        ) as recency
    from filings
    inner join companies on filings.ein = companies.ein

)

{# for a plan and year the filing received last counts; filings without a plan number all count #}
select latest_first.*
from latest_first
where recency = 1 or plan_number is null
