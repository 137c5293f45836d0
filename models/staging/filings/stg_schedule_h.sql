with

schedules as (

    select * from {{ ref("base_schedule_h") }}

),

filings as (

    select * from {{ ref("stg_form_5500") }}

),

typed as {{ computed_once() }} (

    select
        schedules.*,
        {{ to_number_or_null("schedules.emplr_contrib_income_amt") }} as contribution,
        filings.rejection_code as filing_rejection_code
    from schedules
    left join filings on schedules.ack_id = filings.ack_id

),

gated as (

    select
        raw_id,
        known_at,
        ack_id,
        contribution as employer_contribution,
        unreadable_versions,
        case
            when rejection_code is not null then rejection_code
            when filing_rejection_code is not null then 'FILING_REFUSED'
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            when filing_rejection_code is not null then concat('ack_id ''', ack_id, '''')
        end as rejection_detail,
        {{ unreadable_values([("emplr_contrib_income_amt", "emplr_contrib_income_amt", "contribution")]) }}
            as unreadable_values
    from typed

)

select * from gated
