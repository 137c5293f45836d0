{# The only clock of the project: every window, decay, snapshot time and id order reads it, never the wall clock. #}

{#-
    `as_of` as text, `YYYY-MM-DD HH:MM:SS.ffffff` in UTC; a date is its first instant. Without the var, a build or run
    uses the time at which it starts. Commands that follow it (snapshot, test, docs, retry) use the same time.
-#}
{%- macro as_of_text() -%}
    {%- set given = var("as_of", none) -%}
    {%- if given is none or given | string | trim == "" -%}
        {%- set follows = execute and (flags.WHICH not in ("build", "run") or "retry" in flags.INVOCATION_COMMAND.split()) -%}
        {{- return((as_of_of_the_last_build() if follows) or run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f")) -}}
    {%- endif -%}
    {%- set text = given | string | trim -%}
    {%- set parts = modules.re.fullmatch(
        "(\\d{4})-(\\d{2})-(\\d{2})([ T]([01]\\d|2[0-3]):([0-5]\\d)(:[0-5]\\d(\\.\\d{1,6})?)?)?\\s?(Z|[+-]\\d{2}:\\d{2})?",
        text,
    ) -%}
    {%- set year, month, day = (parts.group(1, 2, 3) if parts else ["0", "0", "0"]) | map("int") -%}
    {%- set leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set month_days = [0, 31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {%- if year < 1 or month > 12 or not 1 <= day <= month_days[month] -%}
        {{- exceptions.raise_compiler_error(
            "as_of is '" ~ text ~ "', which is not a date: give a date such as 2026-02-07 or a UTC timestamp such as '2026-02-07 06:00:00'."
        ) -}}
    {%- endif -%}
    {%- set moment = modules.datetime.datetime.fromisoformat(text | replace(" +", "+") | replace(" Z", "Z")) -%}
    {%- if moment.utcoffset() is not none -%}
        {%- set moment = moment - moment.utcoffset() -%}
    {%- endif -%}
    {{- return(moment.strftime("%Y-%m-%d %H:%M:%S.%f")) -}}
{%- endmacro -%}

{#- `as_of` as a timestamp literal. -#}
{%- macro as_of() -%} cast('{{ as_of_text() }}' as timestamp) {%- endmacro -%}

{#- The day of `as_of`: what the rules call today. -#}
{%- macro today() -%} cast('{{ as_of_text()[:10] }}' as date) {%- endmacro -%}

{#- dbt snapshots stamp their versions with `as_of`, so that any day can be replayed. -#}
{%- macro snapshot_get_time() -%} {{ as_of() }} {%- endmacro -%}
