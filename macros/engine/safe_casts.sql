{#
    Casts that turn what cannot be read into null: the raw contract's dates and numbers. What is readable is the same on
    every engine, because a pattern decides it before the engine casts.
#}

{#- Text without the blanks around it; an empty text is null. -#}
{%- macro clean_text(text) -%}
    nullif(trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')
{%- endmacro -%}


{#- A timestamp in UTC from ISO (`2026-02-07`, `2026-02-07T06:00:00Z`, `... +02:00`) or US (`2/7/2026`, `2/7/2026 6:00 AM`) text. -#}
{%- macro to_timestamp_or_null(text) -%}
    {{ adapter.dispatch("to_timestamp_or_null")(text) }}
{%- endmacro -%}

{%- macro duckdb__to_timestamp_or_null(text) -%}
    case
        when {{ matches(text, "^\\d{4}-\\d{2}-\\d{2}([ T]\\d{2}:\\d{2}(:\\d{2}([.]\\d+)?)?( ?(Z|UTC|[+-]\\d{2}(:?\\d{2})?))?)?$") }}
            then cast(try_cast({{ text }} as timestamp with time zone) as timestamp)
        when {{ matches(text, "^\\d{1,2}/\\d{1,2}/\\d{4}( \\d{1,2}:\\d{2}(:\\d{2})?( ?[AaPp][Mm])?)?$") }}
            then try_strptime(
                {{ text }},
                [
                    '%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S',
                    '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M%p', '%m/%d/%Y %I:%M:%S%p'
                ]
            )
    end
{%- endmacro -%}


{#- The calendar date (UTC) of such a text. -#}
{%- macro to_date_or_null(text) -%}
    cast({{ to_timestamp_or_null(text) }} as date)
{%- endmacro -%}


{#-
    A number as numeric(21, 8) from text such as `1,234.50`, `$514,405.0`, `(12.5)` for minus 12.5, `1.2M`, `3 MM`, `2B`, `40k`.
    K is thousand, M and MM million, B billion. Magnitudes of 10^13 and more are refused: no sum of them can overflow.
-#}
{%- macro to_number_or_null(text) -%}
    {{ adapter.dispatch("to_number_or_null")(text) }}
{%- endmacro -%}

{%- macro duckdb__to_number_or_null(text) -%}
    case
        when {{ matches("upper(" ~ text ~ ")", "^[-+(]?(US)?[$€£]? ?[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]*)? ?(K|M|MM|B)?[)]?$") }}
            then
                case when {{ matches(text, "^[(]?[^0-9]*-|^[(]") }} then -1 else 1 end
                * nullif(try_cast(
                    try_cast(
                        nullif(regexp_replace({{ text }}, '[^0-9.]', '', 'g'), '.') as decimal(24, 8)
                    )
                    * case
                        when {{ matches("upper(" ~ text ~ ")", "K[)]?$") }} then 1000
                        when {{ matches("upper(" ~ text ~ ")", "M[)]?$") }} then 1000000
                        when {{ matches("upper(" ~ text ~ ")", "B[)]?$") }} then 1000000000
                        else 1
                    end
                    as decimal(21, 8)
                ), null)
    end
{%- endmacro -%}


{#- A whole number from the same texts; a fraction is unreadable. -#}
{%- macro to_integer_or_null(text) -%}
    {{ adapter.dispatch("to_integer_or_null")(text) }}
{%- endmacro -%}

{%- macro duckdb__to_integer_or_null(text) -%}
    case
        when {{ to_number_or_null(text) }} = floor({{ to_number_or_null(text) }})
            then cast({{ to_number_or_null(text) }} as bigint)
    end
{%- endmacro -%}


{#- JSON from its text; a text that is no JSON becomes a JSON text. -#}
{%- macro json_or_text(text) -%}
    {{ adapter.dispatch("json_or_text")(text) }}
{%- endmacro -%}

{%- macro default__json_or_text(text) -%}
    case when {{ text }} is json then cast({{ text }} as json) else to_json({{ text }}) end
{%- endmacro -%}

{%- macro duckdb__json_or_text(text) -%}
    coalesce(try_cast({{ text }} as json), to_json({{ text }}))
{%- endmacro -%}
