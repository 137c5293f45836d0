{#
    Casts for the dates and numbers of the raw contract that turn unreadable values into null. The same values are
    readable on every engine, because a pattern decides before the engine casts.
#}

{#- Text without the blanks around it; an empty text is null. -#}
{%- macro clean_text(text) -%} {{ adapter.dispatch("clean_text")(text) }} {%- endmacro -%}

{%- macro default__clean_text(text) -%} nullif(trim({{ text }}, ' ' || chr(9) || chr(10) || chr(13) || chr(160)), '') {%- endmacro -%}

{#- Most texts begin and end with a visible ASCII character. Checking this is faster than trimming. -#}
{%- macro duckdb__clean_text(text) -%}
    case
        when ascii({{ text }}) between 33 and 126 and ascii(right({{ text }}, 1)) between 33 and 126 then {{ text }}
        else {{ default__clean_text(text) }}
    end
{%- endmacro -%}


{#- Changes only A-Z to lower case, because `lower` treats other letters differently on each engine. DuckDB takes long for `translate`. -#}
{%- macro ascii_lower(text) -%} {{ adapter.dispatch("ascii_lower")(text) }} {%- endmacro -%}

{%- macro default__ascii_lower(text) -%} translate({{ text }}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz') {%- endmacro -%}

{%- macro duckdb__ascii_lower(text) -%} case when strlen({{ text }}) = length({{ text }}) then lower({{ text }}) else {{ default__ascii_lower(text) }} end {%- endmacro -%}


{#- Whether a text is a date or time in ISO order, and not after the year 9999 in UTC. The parameter says whether an offset from UTC and AM, PM are allowed. -#}
{%- macro is_iso_time(text, in_every_form=true) -%}
    ({{ matches(
        text,
        "^[1-9][0-9]{3}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])([ T]("
        ~ ("(0?[1-9]|1[0-2]):[0-5][0-9](:[0-5][0-9])? ?[AaPp][Mm]|" if in_every_form else "")
        ~ "([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]+)?)?"
        ~ ("( ?(Z|UTC|[+-](0[0-9]|1[0-5])(:?[0-5][0-9])?))?" if in_every_form else "") ~ "))?$"
    ) }} {{ "and not " ~ matches(text, "^9999-12-31[ T].*-[0-9:]+$") if in_every_form }})
{%- endmacro -%}


{#- Puts a US date (`2/7/2026`, `2/7/26`; two-digit years from 70 on are 19YY) or a date of eight digits into ISO order.
-#}
{%- macro in_iso_order(text) -%}
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
        {{ text }}, '^([0-9]{1,2}/[0-9]{1,2}/)([7-9][0-9])( |$)', '\119\2\3'),
        '^([0-9]{1,2}/[0-9]{1,2}/)([0-6][0-9])( |$)', '\120\2\3'),
        '^([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})', '\3-\1-\2'),
        '^([0-9]{4})([0-9]{2})([0-9]{2})([ T]|$)', '\1-\2-\3\4')
{%- endmacro -%}


{#- A timestamp from an Excel serial number of 20000 to 80000: days since 1899-12-30, the fraction to the second. -#}
{%- macro of_serial_number(text) -%}
    when {{ matches(text, "^([2-7][0-9]{4}([.][0-9]+)?|80000([.]0+)?)$") }}
        then timestamp '1899-12-30 00:00:00' + cast(split_part({{ text }}, '.', 1) as integer) * interval '1 day'
            + cast(
                floor(cast(concat('0.', split_part({{ text }}, '.', 2), '0') as double precision) * 86400 + 0.5) as integer
            ) * interval '1 second'
{%- endmacro -%}


{#- A timestamp in UTC from ISO (`2026-02-07`, `2026-02-07T06:00Z`) or US text (`2/7/26 6:00 AM`), or an Excel serial number. -#}
{%- macro to_timestamp_or_null(text) -%} {{ adapter.dispatch("to_timestamp_or_null")(text) }} {%- endmacro -%}

{%- macro duckdb__to_timestamp_or_null(text) -%}
    case
        when {{ is_iso_time(text, in_every_form=false) }} then try_cast({{ text }} as timestamp)
        when {{ is_iso_time(in_iso_order(text)) }}
            then coalesce(
                try_strptime(
                    regexp_replace({{ in_iso_order(text) }}, 'T(.*) ?([AaPp][Mm])$', ' \1\2'),
                    ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p', '%Y-%m-%d %I:%M%p', '%Y-%m-%d %I:%M:%S%p']
                ),
                {# DuckDB reads the offset `+05:30` but no other spelling of it #}
                cast(try_cast(
                    regexp_replace(
                        replace(replace({{ in_iso_order(text) }}, ' +', '+'), ' -', '-'), '([+-][0-9]{2})([0-9]{2})$', '\1:\2'
                    ) as timestamp with time zone
                ) as timestamp)
            )
        {{ of_serial_number(text) }}
    end
{%- endmacro -%}

{#- Postgres has no cast that gives null, so the day is checked before the cast. -#}
{%- macro postgres__to_timestamp_or_null(text) -%}
    {%- set iso = in_iso_order(text) -%}
    {#- the usual case: in UTC, on a day that every month has -#}
    {%- set plain_time = "^[1-9][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])"
        ~ "([ T]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,6})?)?)?$" -%}
    case
        when {{ matches(text, plain_time) }} then cast({{ text }} as timestamp)
        when {{ is_iso_time(iso) }}
            then case
                when {{ is_day_of_month(iso) }}
                    then cast(
                        concat(
                            regexp_replace({{ iso }}, '([.][0-9]{6})[0-9]+', '\1'),
                            case when not {{ matches(text, ":.*(Z|UTC|[+-][0-9:]+)$") }} then ' UTC' end
                        ) as timestamp with time zone
                    ) at time zone 'UTC'
            end
        {{ of_serial_number(text) }}
    end
{%- endmacro -%}

{#- Whether the month of a time in ISO order has its day. -#}
{%- macro is_day_of_month(iso) -%}
    {%- set year, month = "cast(split_part(" ~ iso ~ ", '-', 1) as integer)", "cast(split_part(" ~ iso ~ ", '-', 2) as integer)" -%}
    cast(regexp_replace({{ iso }}, '^[0-9]+-[0-9]+-([0-9]+).*$', '\1') as integer) <= case
        when {{ month }} in (4, 6, 9, 11) then 30
        when {{ month }} <> 2 then 31
        when {{ year }} % 400 = 0 or {{ year }} % 4 = 0 and {{ year }} % 100 <> 0 then 29
        else 28
    end
{%- endmacro -%}


{#- The calendar date (UTC) of such a text. -#}
{%- macro to_date_or_null(text) -%} cast({{ to_timestamp_or_null(text) }} as date) {%- endmacro -%}


{#-
    A number as numeric(21, 8) from text such as `1,234.50`, `$514,405.0`, `(12.5)` for minus 12.5, `1.2M`, `3 MM`, `2B`, `40k`;
    of a range (`11-50`, `501-1000 employees`, `10,001+`) the lower end. K is thousand, M and MM million, B billion.
    Magnitudes of 10^13 and more are unreadable, so that no sum can overflow.
-#}
{%- macro to_number_or_null(text) -%}
    {%- set amount = "[-+]?(usd?)? ?[$€£]? ?[-+]?([0-9]+|[0-9]{1,3}(,[0-9]{3})+)?([.][0-9]*)?" -%}
    {%- set range = "^(" ~ amount ~ " ?(k|mm?|b)?)( ?(-|–|—|to) ?" ~ amount ~ " ?(k|mm?|b)?| ?[+])?( (employees?|people|staff))?$" -%}
    {%- set lower = "regexp_replace(" ~ ascii_lower(text) ~ ", '" ~ range ~ "', '\\1')" -%}
    case
        {# most numbers are plain and need no further steps #}
        when {{ matches(text, "^[0-9]{1,12}([.][0-9]{1,8})?$") }} then cast({{ text }} as numeric(21, 8))
        when {{ matches(lower, "^[(]?" ~ amount ~ " ?(k|mm?|b)?[)]?$") }}
            then
                case when {{ matches(lower, "^[(]?[^0-9]*-|^[(]") }} then -1 else 1 end
                * {{ decimal_or_null(
                    "nullif(nullif(regexp_replace(" ~ lower ~ ", '[^0-9.]', '', 'g'), ''), '.')",
                    "case when " ~ matches(lower, "k[)]?$") ~ " then 1000 when " ~ matches(lower, "m[)]?$")
                    ~ " then 1000000 when " ~ matches(lower, "b[)]?$") ~ " then 1000000000 else 1 end"
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
