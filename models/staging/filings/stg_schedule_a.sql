{# the marks of welfare benefits, as the sources' yml lists them #}
{%- set marks = ["''"] -%}
{%- for column in raw_table("schedule_a").columns if column.startswith("wlfr_bnft_") -%}
    {%- do marks.append("lines." ~ column) -%}
{%- endfor -%}

with

lines as (

    select * from {{ ref("base_schedule_a") }}
    where not is_left_out

),

filings as (

    select * from {{ ref("stg_form_5500") }}

),

normal_forms as (

    select * from {{ ref("filing_forms") }}

),

typed as {{ computed_once() }} (

    select
        lines.*,
        carriers.normal_value as carrier_key,
        eins.normal_value as carrier_ein,
        {{ to_date_or_null("lines.ins_policy_from_date") }} as policy_from_on,
        {{ to_date_or_null("lines.ins_policy_to_date") }} as policy_to_on,
        {{ to_integer_or_null("lines.ins_prsn_covered_eoy_cnt") }} as persons_covered,
        {{ to_number_or_null("lines.ins_broker_comm_tot_amt") }} as commissions,
        {{ to_number_or_null("lines.ins_broker_fees_tot_amt") }} as fees,
        {{ to_number_or_null("lines.wlfr_tot_charges_paid_amt") }} as charges,
        {{ ascii_lower("concat_ws(' ', " ~ marks | join(", ") ~ ")") }} as welfare_marks,
        filings.rejection_code as filing_rejection_code
    from lines
    left join filings on lines.ack_id = filings.ack_id
    left join normal_forms as carriers
        on lines.ins_carrier_name = carriers.raw_value and carriers.kind = 'carrier'
    left join normal_forms as eins on lines.ins_carrier_ein = eins.raw_value and eins.kind = 'ein'

),

gated as (

    select
        raw_id,
        known_at,
        ack_id,
        ins_carrier_name as carrier_name,
        carrier_key,
        carrier_ein,
        policy_from_on,
        policy_to_on,
        commissions,
        fees,
        charges,
        coalesce({{ matches("welfare_marks", "(^| )(1|x|y|yes|true)( |$)") }}, false) as has_welfare_mark,
        unreadable_versions,
        {{ gate([("filing_rejection_code is not null", "FILING_REFUSED", "ack_id", "ack_id")]) }},
        {{ unreadable_values([
            ("ins_carrier_ein", "ins_carrier_ein", "carrier_ein"),
            ("ins_policy_from_date", "ins_policy_from_date", "policy_from_on"),
            ("ins_policy_to_date", "ins_policy_to_date", "policy_to_on"),
            ("ins_prsn_covered_eoy_cnt", "ins_prsn_covered_eoy_cnt", "persons_covered"),
            ("ins_broker_comm_tot_amt", "ins_broker_comm_tot_amt", "commissions"),
            ("ins_broker_fees_tot_amt", "ins_broker_fees_tot_amt", "fees"),
            ("wlfr_tot_charges_paid_amt", "wlfr_tot_charges_paid_amt", "charges"),
        ]) }} as unreadable_values
    from typed

)

select * from gated
