{# Barton ids, `NN.NN.NN.NN.NNNNN.NNN`: how numbers become ids. Companies and people get theirs in `slotwatch.identity`. #}

{%- macro barton_prefix() -%}04.04.02.04.{%- endmacro -%}

{#- First block of each entity type. -#}
{%- macro barton_block(entity) -%}
    {{- return({"slot": 10000, "person": 20000, "company": 30000, "error": 40000}[entity]) -}}
{%- endmacro -%}

{#- How many entities of a type the blocks hold; a company takes three slot numbers. -#}
{%- macro barton_capacity(entity) -%}
    {%- set numbers = var("barton_blocks") * 1000 -%}
    {{- return(numbers // 3 if entity == "company" else numbers) -}}
{%- endmacro -%}

{#- The id of entity number n; beyond the last block the query fails with the capacity. -#}
{%- macro barton_id(number, entity) -%}
    case
        when {{ number }} >= {{ var("barton_blocks") * 1000 if entity == "slot" else barton_capacity(entity) }}
            then {{ fail_with(
                "concat('The Barton id blocks of the " ~ entity ~ " ids are full: they hold "
                ~ barton_capacity(entity) ~ " numbers, and number ', cast(" ~ number ~ " as text), ' is beyond them.')"
            ) }}
        else concat(
            '{{ barton_prefix() }}',
            cast({{ barton_block(entity) }} + {{ div(number, 1000) }} as text),
            '.',
            lpad(cast({{ number }} - {{ div(number, 1000) }} * 1000 as text), 3, '0')
        )
    end
{%- endmacro -%}
