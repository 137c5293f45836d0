with

intake as (

    {{ known_rows(
        "people_raw_intake",
        facts=["title", "company_unique_id", "company_website", "company_name", "state"],
    ) }}

)

select
    intake.*,
    {# the title is added where it shows whether a comma separates several people; an @ would make it an address #}
    case
        when
            full_name like '% %,% %'
            and title not like '%<%'
            and title not like '%>%'
            and (
                lower(title) like '%co%'
                or title like '%,%'
                or title like '%/%'
                or title like '%;%'
                or title like '%|%'
            )
            then concat(full_name, ' <', replace(title, '@', ' at '), '>')
        when full_name like '% %' or last_name is null then full_name
        else {{ clean_text("concat(coalesce(first_name, ''), ' ', last_name)") }}
    end as name_text
from intake
