{# the company and the person of a raw row; a row that names no company gets the company of its person #}
{%- set tables = raw_tables() | selectattr("config.meta.subject", "defined") | list if execute else [] -%}

with

company_references as (

    select * from {{ ref("int_company_references") }}
    where
        raw_table in (
            {%- for table in tables %}
            '{{ table.name }}'{{ "," if not loop.last }}
            {%- endfor %}
        )

),

person_references as (

    select * from {{ ref("int_person_references") }}

),

people as (

    select
        person_id,
        company_id
    from {{ ref("int_people") }}

),

resolved as (

    select
        company_references.raw_table,
        company_references.raw_id,
        coalesce(company_references.company_id, people.company_id) as company_id,
        person_references.person_id,
        {# the error code of the failed reference; it is the person's code if the row names only a person #}
        case
            {%- for table in tables if table.config.meta.subject == "person" %}
            when company_references.raw_table = '{{ table.name }}'
                then case when person_references.person_id is null then person_references.rejection_code end
            {%- endfor %}
            when company_references.company_id is null and person_references.person_id is null
                then case
                    when company_references.reference_key = '||||' and person_references.names_somebody
                        then person_references.rejection_code
                    else company_references.rejection_code
                end
        end as rejection_code
    from company_references
    left join person_references
        on
            company_references.raw_table = person_references.raw_table
            and company_references.raw_id = person_references.raw_id
    left join people on person_references.person_id = people.person_id

)

select * from resolved
