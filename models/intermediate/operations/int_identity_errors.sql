{{ config(materialized="view") }}
{# what the gates and the identity step found: companies, people and the references to them #}
with

company_intake as (

    select * from {{ ref("stg_company_intake") }}

),

company_groups as (

    select * from {{ ref("int_company_groups") }}

),

company_ids as (

    select * from {{ ref("int_company_ids") }}

),

people_intake as (

    select * from {{ ref("stg_people_intake") }}

),

company_references as (

    select * from {{ ref("int_company_references") }}

),

{# an id handed in that another entity holds is not used #}
held_ids as (

    select
        'company_raw_intake' as raw_table,
        company_ids.intake_id as raw_id,
        company_ids.handed_in_id
    from company_ids
    inner join {{ ref("int_company_aliases") }} as aliases on company_ids.handed_in_id = aliases.alias_id
    where aliases.company_id <> company_ids.company_id
    union all
    select
        'people_raw_intake' as raw_table,
        observations.intake_id as raw_id,
        person_ids.handed_in_id
    from {{ ref("int_person_ids") }} as person_ids
    inner join {{ ref("int_person_observations") }} as observations
        on person_ids.observation_key = observations.observation_key
    inner join {{ ref("int_person_aliases") }} as aliases on person_ids.handed_in_id = aliases.alias_id
    where aliases.person_id <> person_ids.person_id
    union all
    select
        'people_raw_intake' as raw_table,
        intake_id as raw_id,
        held_id as handed_in_id
    from {{ ref("int_person_observations") }}
    where held_id is not null
    union all
    select
        'company_raw_intake' as raw_table,
        row_key as raw_id,
        held_id as handed_in_id
    from {{ ref("int_company_rows") }}
    where held_id is not null

)

select
    'company_raw_intake' as raw_table,
    raw_id,
    'COMPANY_UNIDENTIFIED' as error_code,
    'no Barton id, domain, EIN or LinkedIn' as detail
from company_intake
where rejection_code = 'COMPANY_NAME_INVALID' and coalesce(handed_in_id, domain, ein, linkedin_url) is null
union all
select
    'company_raw_intake' as raw_table,
    observation_key as raw_id,
    rejection_code as error_code,
    'the name fits no company, or several' as detail
from company_groups
where rejection_code is not null
union all
select
    'company_raw_intake' as raw_table,
    observation_key as raw_id,
    'COMPANY_KEY_CONFLICT' as error_code,
    conflict_detail as detail
from company_groups
where is_key_conflict
union all
select
    raw_table,
    raw_id,
    'BARTON_ID_HELD' as error_code,
    handed_in_id as detail
from held_ids
union all
select
    'company_raw_intake' as raw_table,
    company_ids.intake_id as raw_id,
    'OUTREACH_ID_HELD' as error_code,
    companies.outreach_id as detail
from {{ ref("int_companies") }} as companies
inner join company_ids on companies.company_id = company_ids.company_id
inner join company_intake
    on company_ids.intake_id = company_intake.raw_id and companies.outreach_id = company_intake.outreach_id
where companies.is_outreach_id_held
{% for column in ["industry", "employee_count", "phone"] -%}
union all
select
    'company_raw_intake' as raw_table,
    raw_id,
    '{{ column | upper }}_MISSING' as error_code,
    cast(null as text) as detail
from company_intake
where rejection_code is null and {{ column }} is null
{% endfor -%}
union all
select
    'company_raw_intake' as raw_table,
    raw_id,
    'COMPANY_NAME_SHORT' as error_code,
    company_name as detail
from company_intake
where rejection_code is null and length(company_name) < 4
union all
select
    'people_raw_intake' as raw_table,
    people_intake.raw_id,
    company_references.rejection_code as error_code,
    company_references.reference_key as detail
from people_intake
inner join company_references
    on people_intake.raw_id = company_references.raw_id and company_references.raw_table = 'people_raw_intake'
where
    company_references.rejection_code is not null
    and coalesce(people_intake.rejection_code, '') in ('', 'PERSON_NAME_INVALID')
union all
select
    'people_raw_intake' as raw_table,
    raw_id,
    'PERSON_UNREACHABLE' as error_code,
    cast(null as text) as detail
from people_intake
where rejection_code is null and is_unreachable
