with

filings as (

    select * from {{ ref("base_form_5500") }}
    where not is_left_out

),

eins as (

    select * from {{ ref("filing_forms") }}
    where kind = 'ein'

),

typed as {{ computed_once() }} (

    select
        filings.*,
        eins.normal_value as ein,
        case
            when {{ matches("filings.spons_dfe_pn", "^0*[0-9]{1,3}([.]0)?$") }}
                then lpad(ltrim(replace(filings.spons_dfe_pn, '.0', ''), '0'), 3, '0')
        end as plan_number,
        {{ to_date_or_null("filings.form_plan_year_begin_date") }} as plan_year_begin_on,
        {{ to_date_or_null("filings.form_tax_prd") }} as plan_year_end_on,
        {{ to_integer_or_null("filings.tot_active_partcp_cnt") }} as participants,
        {{ ascii_lower(
            "concat_ws(' ', filings.ext_automatic_ind, filings.ext_special_ind, filings.f5558_application_filed_ind)"
        ) }} as extension_marks
    from filings
    left join eins on filings.spons_dfe_ein = eins.raw_value

),

{# the plan year is the calendar year in which its middle lies #}
gated as (

    select
        raw_id as ack_id,
        known_at as received_at,
        ein,
        plan_number,
        plan_year_begin_on,
        plan_year_end_on,
        cast(extract(year from coalesce(
            plan_year_begin_on + cast(floor((plan_year_end_on - plan_year_begin_on) / 2.0) as integer),
            plan_year_begin_on + {{ var("half_plan_year_days") }},
            plan_year_end_on - {{ var("half_plan_year_days") }}
        )) as integer) as plan_year,
        coalesce({{ matches("type_welfare_bnft_code", "[0-9][A-Za-z]") }}, false) as has_welfare_code,
        coalesce({{ matches("type_pension_bnft_code", "[0-9][A-Za-z]") }}, false) as has_pension_code,
        coalesce({{ matches("extension_marks", "(^| )(1|x|y|yes|true)( |$)") }}, false) as has_extension,
        case when participants >= 0 then participants end as active_participants,
        unreadable_versions,
        {{ gate([("ein is null", "REQUIRED_VALUE_UNREADABLE", "spons_dfe_ein", "spons_dfe_ein")]) }},
        {{ unreadable_values([
            ("spons_dfe_pn", "spons_dfe_pn", "plan_number"),
            ("form_plan_year_begin_date", "form_plan_year_begin_date", "plan_year_begin_on"),
            ("form_tax_prd", "form_tax_prd", "plan_year_end_on"),
            ("tot_active_partcp_cnt", "tot_active_partcp_cnt", "case when participants >= 0 then 1 end"),
        ]) }} as unreadable_values,
        raw_id
    from typed

)

select * from gated
