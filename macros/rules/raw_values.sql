{# Which column of a base model holds which kind of value: triples of model, column and kind. #}

{#- The columns of filings and their schedules. -#}
{%- macro filing_columns() -%}
    {{- return([
        ("base_form_5500", "spons_dfe_ein", "ein"),
        ("base_schedule_a", "ins_carrier_name", "carrier"),
        ("base_schedule_a", "ins_carrier_ein", "ein"),
        ("base_schedule_a_brokers", "ins_broker_name", "broker"),
    ]) -}}
{%- endmacro -%}

{#- Query for the values of such columns, each once per kind. -#}
{%- macro distinct_values(columns) -%}
    select distinct
        kind,
        raw_value
    from (
        {%- for model, column, kind in columns %}
        select
            '{{ kind }}' as kind,
            {{ column }} as raw_value
        from {{ ref(model) }}
        where {{ column }} is not null
        {{ "union all" if not loop.last }}
        {%- endfor %}
    ) as column_values
{%- endmacro -%}
