with

filings as (

    select * from {{ ref("base_form_5500") }}

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
            when {{ matches("filings.spons_dfe_pn", "^[0-9]{1,3}([.]0)?$") }}
                then lpad(replace(filings.spons_dfe_pn, '.0', ''), 3, '0')
        end as plan_number,
        {{ to_date_or_null("filings.form_plan_year_begin_date") }} as plan_year_begin_on,
        {{ to_date_or_null("filings.form_tax_prd") }} as plan_year_end_on,
        {{ to_integer_or_null("filings.tot_active_partcp_cnt") }} as participants
    from filings
    left join eins on filings.spons_dfe_ein = eins.raw_value

),

gated as (

    select
        raw_id as ack_id,
        known_at as received_at,
        ein,
        plan_number,
        concat(ein, '/', coalesce(plan_number, '-')) as plan_key,
        sponsor_dfe_name as sponsor_name,
        plan_name,
        plan_year_begin_on,
        plan_year_end_on,
        cast(extract(year from coalesce(plan_year_begin_on, plan_year_end_on)) as integer) as plan_year,
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
