with

intake as (

    {{ known_rows("people_raw_intake") }}

)

select
    intake.*,
    {# the full name where it has two words, else first and last name #}
    case
        when full_name like '% %' or last_name is null then full_name
        else {{ clean_text("concat(coalesce(first_name, ''), ' ', last_name)") }}
    end as name_text
from intake
