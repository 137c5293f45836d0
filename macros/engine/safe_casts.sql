{#
    Casts for the dates and numbers of the raw contract that turn unreadable values into null. The same values are
    readable on every engine, because a pattern decides before the engine casts.
#}

{#- Text without the blanks around it; an empty text is null. -#}
{%- macro clean_text(text) -%} {{ adapter.dispatch("clean_text")(text) }} {%- endmacro -%}

{%- macro default__clean_text(text) -%}
    nullif(trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '')
{%- endmacro -%}

{#- Most texts begin and end with a visible ASCII character. Checking this is faster than trimming. -#}
{%- macro duckdb__clean_text(text) -%}
    case
        when ascii({{ text }}) between 33 and 126 and ascii(right({{ text }}, 1)) between 33 and 126 then {{ text }}
        else {{ default__clean_text(text) }}
    end
{%- endmacro -%}


{#- Changes only the letters A-Z to lower case, because `lower` treats other letters differently on each engine. -#}
{%- macro ascii_lower(text) -%} translate({{ text }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') {%- endmacro -%}


{#- Whether a text is an ISO date or time. The parameter says whether an offset from UTC is allowed. -#}
{%- macro is_iso_time(text, with_offset=true) -%}
    {{ matches(
        text,
        "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
        ~ ("( ?(Z|UTC|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?))?" if with_offset else "") ~ ")?$"
    ) }}
{%- endmacro -%}


{#- Whether a text is a US date or time, month first. -#}
{%- macro is_us_time(text) -%}
    {{ matches(
        text,
        "^(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/[1-9][0-9]{3}"
        ~ "( (([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?|(0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? ?[AaPp][Mm]))?$"
    ) }}
{%- endmacro -%}


{#- A timestamp in UTC from ISO (`2026-02-07`, `2026-02-07T06:00:00Z`, `... +02:00`) or US (`2/7/2026`, `2/7/2026 6:00 AM`) text. -#}
{%- macro to_timestamp_or_null(text) -%} {{ adapter.dispatch("to_timestamp_or_null")(text) }} {%- endmacro -%}

{%- macro duckdb__to_timestamp_or_null(text) -%}
    case
        when {{ is_iso_time(text, with_offset=false) }} then try_cast({{ text }} as timestamp)
        {# DuckDB reads the offset `+05:30` but no other spelling of it #}
        when {{ is_iso_time(text) }}
            then cast(try_cast(
                regexp_replace(replace(replace({{ text }}, ' +', '+'), ' -', '-'), '([+-][0-9]{2}):?([0-9]{2})$', '\1:\2')
                as timestamp with time zone
            ) as timestamp)
        when {{ is_us_time(text) }}
            then try_strptime(
                {{ text }},
                [
                    '%m/%d/%Y', '%m/%d/%Y %H:%M', '%m/%d/%Y %H:%M:%S',
                    '%m/%d/%Y %I:%M %p', '%m/%d/%Y %I:%M:%S %p', '%m/%d/%Y %I:%M%p', '%m/%d/%Y %I:%M:%S%p'
                ]
            )
    end
{%- endmacro -%}

{#- Postgres has no cast that gives null, so the day is checked before the cast. -#}
{%- macro postgres__to_timestamp_or_null(text) -%}
    {%- set us_date = "split_part(" ~ text ~ ", ' ', 1)" -%}
    {%- set us_year, us_month, us_day = "split_part(" ~ us_date ~ ", '/', 3)", "split_part(" ~ us_date ~ ", '/', 1)", "split_part(" ~ us_date ~ ", '/', 2)" -%}
    {#- the usual case: in UTC, on a day that every month has -#}
    {%- set plain_time = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
        ~ "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?)?$" -%}
    case
        when {{ matches(text, plain_time) }} then cast({{ text }} as timestamp)
        when {{ is_iso_time(text) }}
            then case
                when {{ is_day_of_month("substr(" ~ text ~ ", 1, 4)", "substr(" ~ text ~ ", 6, 2)", "substr(" ~ text ~ ", 9, 2)") }}
                    then cast(
                        concat(
                            regexp_replace({{ text }}, '([.][0-9]{6})[0-9]+', '\1'),
                            case
                                when length({{ text }}) = 10 then ' 00:00:00+00'
                                when not {{ matches("substr(" ~ text ~ ", 11)", "(Z|UTC|[+-][0-9:]+)$") }} then '+00'
                            end
                        ) as timestamp with time zone
                    ) at time zone 'UTC'
            end
        when {{ is_us_time(text) }}
            then case
                when {{ is_day_of_month(us_year, us_month, us_day) }}
                    then cast(
                        concat(
                            {{ us_year }}, '-', {{ us_month }}, '-', {{ us_day }}, substr({{ text }}, length({{ us_date }}) + 1)
                        ) as timestamp
                    )
            end
    end
{%- endmacro -%}

{#- Whether a month of a year (texts of digits) has this day. -#}
{%- macro is_day_of_month(year, month, day) -%}
    cast({{ day }} as integer) <= case
        when cast({{ month }} as integer) in (4, 6, 9, 11) then 30
        when cast({{ month }} as integer) <> 2 then 31
        when cast({{ year }} as integer) % 400 = 0 then 29
        when cast({{ year }} as integer) % 4 = 0 and cast({{ year }} as integer) % 100 <> 0 then 29
        else 28
    end
{%- endmacro -%}


{#- The calendar date (UTC) of such a text. -#}
{%- macro to_date_or_null(text) -%} cast({{ to_timestamp_or_null(text) }} as date) {%- endmacro -%}


{#-
    A number as numeric(21, 8) from text such as `1,234.50`, `$514,405.0`, `(12.5)` for minus 12.5, `1.2M`, `3 MM`, `2B`, `40k`.
    K is thousand, M and MM million, B billion. Magnitudes of 10^13 and more are unreadable, so that no sum can
    overflow.
-#}
{%- macro to_number_or_null(text) -%}
    case
        {# most numbers are plain and need no further steps #}
        when {{ matches(text, "^[0-9]{1,12}([.][0-9]{1,8})?$") }} then cast({{ text }} as numeric(21, 8))
        when {{ matches(ascii_lower(text), "^[-+(]?(us)?[$€£]? ?[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]*)? ?(k|m|mm|b)?[)]?$") }}
            then
                case when {{ matches(text, "^[(]?[^0-9]*-|^[(]") }} then -1 else 1 end
                * {{ decimal_or_null(
                    "nullif(nullif(regexp_replace(" ~ text ~ ", '[^0-9.]', '', 'g'), ''), '.')",
                    "case when " ~ matches(ascii_lower(text), "k[)]?$") ~ " then 1000 when "
                    ~ matches(ascii_lower(text), "m[)]?$") ~ " then 1000000 when "
                    ~ matches(ascii_lower(text), "b[)]?$") ~ " then 1000000000 else 1 end"
                ) }}
    end
{%- endmacro -%}

{#- Digits times a multiplier as numeric(21, 8); null if the result is out of range. -#}
{%- macro decimal_or_null(digits, multiplier) -%} {{ adapter.dispatch("decimal_or_null")(digits, multiplier) }} {%- endmacro -%}

{%- macro duckdb__decimal_or_null(digits, multiplier) -%}
    try_cast(try_cast({{ digits }} as decimal(24, 8)) * {{ multiplier }} as decimal(21, 8))
{%- endmacro -%}

{%- macro postgres__decimal_or_null(digits, multiplier) -%}
    case
        when round(cast({{ digits }} as numeric), 8) * {{ multiplier }} < 10000000000000
            then cast(round(cast({{ digits }} as numeric), 8) * {{ multiplier }} as numeric(21, 8))
    end
{%- endmacro -%}


{#- A whole number from the same texts. A fraction is unreadable. -#}
{%- macro to_integer_or_null(text) -%}
    case
        when {{ matches(text, "^[0-9]{1,12}$") }} then cast({{ text }} as bigint)
        when {{ to_number_or_null(text) }} % 1 = 0 then cast({{ to_number_or_null(text) }} as bigint)
    end
{%- endmacro -%}
