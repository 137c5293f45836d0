with

schedules as (

    {{ known_rows("schedule_h", filings=ref("base_form_5500")) }}

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
        {{ gate([("filing_rejection_code is not null", "FILING_REFUSED", "ack_id", "ack_id")]) }},
        {{ unreadable_values([("emplr_contrib_income_amt", "emplr_contrib_income_amt", "contribution")]) }}
            as unreadable_values
    from typed

)

select * from gated
