{{ config(materialized="view") }}
select distinct
    filings.company_id,
    filings.plan_key,
    filings.plan_year,
    brokers.broker_key as broker
from {{ ref("int_counted_filings") }} as filings
inner join {{ ref("stg_schedule_a_brokers") }} as brokers on filings.ack_id = brokers.ack_id
where brokers.rejection_code is null and brokers.broker_key is not null
