with

lines as (

    select * from {{ ref("base_schedule_a_brokers") }}
    where not is_left_out

),

filings as (

    select * from {{ ref("stg_form_5500") }}

),

brokers as (

    select * from {{ ref("filing_forms") }}
    where kind = 'broker'

),

typed as {{ computed_once() }} (

    select
        lines.*,
        brokers.normal_value as broker_key,
        {{ to_number_or_null("lines.ins_broker_comm_pd_amt") }} as commissions,
        {{ to_number_or_null("lines.ins_broker_fees_pd_amt") }} as fees,
        filings.rejection_code as filing_rejection_code
    from lines
    left join filings on lines.ack_id = filings.ack_id
    left join brokers on lines.ins_broker_name = brokers.raw_value

),

gated as (

    select
        raw_id,
        known_at,
        ack_id,
        ins_broker_name as broker_name,
        broker_key,
        commissions,
        fees,
        unreadable_versions,
        {{ gate([("filing_rejection_code is not null", "FILING_REFUSED", "ack_id", "ack_id")]) }},
        {{ unreadable_values([
            ("ins_broker_comm_pd_amt", "ins_broker_comm_pd_amt", "commissions"),
            ("ins_broker_fees_pd_amt", "ins_broker_fees_pd_amt", "fees"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
