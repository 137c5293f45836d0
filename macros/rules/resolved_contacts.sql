{#
    Who a raw row is about: the company it names, else that of the person; the person it names. A row about neither is
    refused, with the code of the reference that failed; `needs_person` refuses rows without a person too.
#}
{% macro resolved_contacts(raw_table, staged_model, columns, needs_person=false) %}
    with

    staged as (

        select * from {{ staged_model }}

    ),

    company_references as (

        select * from {{ ref("int_company_references") }}
        where raw_table = '{{ raw_table }}'

    ),

    person_references as (

        select * from {{ ref("int_person_references") }}
        where raw_table = '{{ raw_table }}'

    ),

    people as (

        select
            person_id,
            company_id
        from {{ ref("int_people") }}

    ),

    resolved as (

        select
            staged.raw_id,
            {%- for column in columns %}
            staged.{{ column }},
            {%- endfor %}
            coalesce(company_references.company_id, people.company_id) as company_id,
            person_references.person_id,
            coalesce(
                staged.rejection_code,
                case
                    {%- if needs_person %}
                    when person_references.person_id is null then person_references.rejection_code
                    {%- else %}
                    when person_references.person_id is null and company_references.company_id is null
                        then case
                            when company_references.reference_key = '||||' and person_references.names_somebody
                                then person_references.rejection_code
                            else company_references.rejection_code
                        end
                    {%- endif %}
                end
            ) as rejection_code
        from staged
        inner join company_references on staged.raw_id = company_references.raw_id
        inner join person_references on staged.raw_id = person_references.raw_id
        left join people on person_references.person_id = people.person_id

    )
{% endmacro %}
