{# the EINs of companies in nine digits #}
{%- set company_eins -%}
    select lpad(regexp_replace(ein, '[.]0+$|[^0-9]', '', 'g'), 9, '0')
    from {{ ref("base_company_raw_intake") }}
    where ein is not null
{%- endset -%}

{# a filing leaves here if its EIN is plain and belongs to nobody that intake knows; an odd EIN is read later #}
{%- set repeated_digit -%}
    ^({% for digit in range(10) %}{{ digit }}[{{ digit }}-]+{{ "|" if not loop.last }}{% endfor %})$
{%- endset -%}
{%- set is_left_out -%}
    {{ matches("spons_dfe_ein", "^([0-9]{7,9}|[0-9]{2}-[0-9]{7})$") }}
    and not {{ matches("spons_dfe_ein", repeated_digit) }}
    and lpad(replace(spons_dfe_ein, '-', ''), 9, '0') not in ({{ company_eins }})
{%- endset -%}

{{ known_rows("form_5500", is_left_out="coalesce(" ~ is_left_out ~ ", false)") }}
