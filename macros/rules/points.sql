{# Points of BIT scores, in millionths of a point: whole numbers add up to the same sum on every engine. #}

{#-
    Micropoints that remain after `age_days` of the `decay_days` (columns of the row). The decay is linear; the result
    is rounded half up.
-#}
{%- macro remaining_micropoints(micropoints) -%}
    case
        when age_days >= decay_days then 0
        else {{ div("2 * cast(" ~ micropoints ~ " as bigint) * (decay_days - age_days) + decay_days", "2 * decay_days") }}
    end
{%- endmacro -%}

{#- Score in hundredths of a point, at most 100 points, rounded half up. -#}
{%- macro score_in_hundredths(micropoints) -%} least(10000, {{ div(micropoints ~ " + 5000", 10000) }}) {%- endmacro -%}

{#- Points by name as a JSON object; aggregates rows with `micropoints`. -#}
{%- macro points_by(name) -%}
    {{ json_object_agg_of(name, "cast(cast(micropoints as numeric(18, 0)) * 0.000001 as numeric(18, 6))") }}
{%- endmacro -%}
