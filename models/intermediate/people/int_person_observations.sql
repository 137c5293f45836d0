{# one row per person named in an accepted people row, with what identifies them #}
with

intake as (

    select * from {{ ref("stg_people_intake") }}
    where rejection_code is null

),

person_names as (

    select * from {{ ref("person_forms") }}
    where kind = 'person_name' and normal_value is not null

),

company_references as (

    select * from {{ ref("int_company_references") }}
    where raw_table = 'people_raw_intake'

)

select
    concat(intake.raw_id, '#', cast(person_names.mention as text)) as observation_key,
    intake.raw_id as intake_id,
    person_names.mention,
    intake.uploaded_at as observed_at,
    intake.first_uploaded_at as first_observed_at,
    intake.unchanged_since as title_observed_at,
    company_references.company_id,
    person_names.display_value as full_name,
    person_names.first_name,
    person_names.last_name,
    person_names.normal_value as name_key,
    person_names.first_key,
    person_names.middle_key,
    person_names.last_key,
    person_names.suffix_key,
    intake.title,
    intake.title_key,
    intake.email,
    intake.phone,
    intake.linkedin_url,
    intake.last_profile_checked_at,
    intake.source,
    case when not intake.is_role_mailbox then intake.email end as identifying_email,
    intake.handed_in_id
from intake
inner join company_references on intake.raw_id = company_references.raw_id
inner join person_names on intake.name_text = person_names.raw_value
where company_references.company_id is not null
