{{ config(materialized="view") }}
{# a name and a company, where a raw row points at a person that way #}
with

person_references as (

    select * from {{ ref("stg_person_references") }}
    where name_key is not null

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where company_id is not null

)

select distinct
    concat(company_references.company_id, '|', person_references.name_key) as reference_key,
    company_references.company_id,
    person_references.first_key,
    person_references.middle_key,
    person_references.last_key,
    person_references.suffix_key
from person_references
inner join company_references
    on
        person_references.raw_table = company_references.raw_table
        and person_references.raw_id = company_references.raw_id
