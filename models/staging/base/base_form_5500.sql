{# the EINs of companies as nine digits, without the signs that a list or a spreadsheet adds #}
{%- set written_around = "abcdefghijklmnopqrstuvwxyz -‐‑‒–—―−./_:#=''" ~ '"' -%}
{%- set plain_ein = "^([0-9]{7,9}|[0-9]{2}-[0-9]{7})$" -%}
{%- set digits -%}
case
when {{ matches("ein", plain_ein) }} then replace(ein, '-', '')
else translate(replace({{ ascii_lower("ein") }}, '.0', ''), '{{ written_around }}', '')
end
{%- endset -%}
{%- set company_eins -%}
select lpad({{ digits }}, 9, '0') from {{ ref("base_company_raw_intake") }} where ein is not null
{%- endset -%}

{# a filing is left out if its EIN is well-formed and occurs in no company row; any other EIN is read later #}
{%- set repeated_digit = "^(0[0-]+|1[1-]+|2[2-]+|3[3-]+|4[4-]+|5[5-]+|6[6-]+|7[7-]+|8[8-]+|9[9-]+)$" -%}
{%- set is_left_out -%}
coalesce(
{{ matches("spons_dfe_ein", plain_ein) }} and not {{ matches("spons_dfe_ein", repeated_digit) }}
and lpad(replace(spons_dfe_ein, '-', ''), 9, '0') not in ({{ company_eins }}),
false
)
{%- endset -%}

{{ known_rows("form_5500", is_left_out=is_left_out) }}
