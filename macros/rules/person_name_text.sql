{# The name a people row gives: `full_name` where it has at least two words, else first and last name. #}
{% macro person_name_text() -%}
    case
        when full_name like '% %' or last_name is null then full_name
        else {{ clean_text("concat(coalesce(first_name, ''), ' ', last_name)") }}
    end
{%- endmacro %}
