{# Conversions of single raw values that several staging models share. #}

{#- A Barton id, `NN.NN.NN.NN.NNNNN.NNN`, or null. -#}
{%- macro barton_id_or_null(text) -%}
    case
        when {{ matches(text, "^[0-9]{2}[.][0-9]{2}[.][0-9]{2}[.][0-9]{2}[.][0-9]{5}[.][0-9]{3}$") }} then {{ text }}
    end
{%- endmacro -%}

{#- The word of a list that equals the text in any case, or null. -#}
{%- macro listed_or_null(text, words) -%}
    case {{ ascii_lower(text) }}
        {%- for word in words %}
        when '{{ word | lower }}' then '{{ word }}'
        {%- endfor %}
    end
{%- endmacro -%}

{#- A month 1-12 from a number or the first three or more letters of its English name (`1`, `01`, `Jan.`, `Sept`), or null. -#}
{%- macro month_or_null(text) -%}
    case
        when {{ matches(text, "^(0?[1-9]|1[0-2])([.]0*)?$") }} then cast(split_part({{ text }}, '.', 1) as bigint)
        {%- for name in "january february march april may june july august september october november december".split() %}
        when {{ matches(text, "[A-Za-z]{3}") }} and starts_with('{{ name }}', rtrim({{ ascii_lower(text) }}, '.')) then {{ loop.index }}
        {%- endfor %}
    end
{%- endmacro -%}

{#-
    One text that lists the columns of a row with unreadable values, and these values; or null. `columns`: triples of
    the column's name, its raw text and the expression that is null when it is unreadable.
-#}
{%- macro unreadable_values(columns) -%}
    nullif(substr(concat(
        {%- for name, raw_text, reading in columns %}
        case
            when {{ raw_text }} is not null and {{ reading }} is null
                then concat('; {{ name }} ''', substr({{ raw_text }}, 1, 80), '''')
            else ''
        end{{ "," if not loop.last }}
        {%- endfor %}
    ), 3), '')
{%- endmacro -%}

{#-
    Why staging rejects a row, as rejection_code and rejection_detail: the reason found earlier, else the first that is
    true. `reasons`: quadruples of the condition, the code, and the faulty column with its raw text.
-#}
{%- macro gate(reasons) -%}
        case
            when rejection_code is not null then rejection_code
            {%- for condition, code, name, raw_text in reasons %}
            when {{ condition }} then '{{ code }}'
            {%- endfor %}
        end as rejection_code,
        case
            when rejection_code is not null then rejection_detail
            {%- for condition, code, name, raw_text in reasons %}
            when {{ condition }} then concat('{{ name }} ''', {{ raw_text }}, '''')
            {%- endfor %}
        end as rejection_detail
{%- endmacro -%}
