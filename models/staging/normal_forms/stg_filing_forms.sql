{# apart from the others, so that filings need not be read anew because somebody's name was #}
with

filing_values as (

    select
        'ein' as kind,
        spons_dfe_ein as raw_value
    from {{ ref("base_form_5500") }}
    union
    select
        'ein' as kind,
        ins_carrier_ein as raw_value
    from {{ ref("base_schedule_a") }}
    union
    select
        'carrier' as kind,
        ins_carrier_name as raw_value
    from {{ ref("base_schedule_a") }}
    union
    select
        'broker' as kind,
        ins_broker_name as raw_value
    from {{ ref("base_schedule_a_brokers") }}

)

select
    forms.kind,
    forms.raw_value,
    forms.normal_value
from {{ ref("stg_normal_forms") }} as forms
inner join filing_values on forms.kind = filing_values.kind and forms.raw_value = filing_values.raw_value
