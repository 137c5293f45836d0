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

{# an id that is a company's is no person's #}
company_aliases as (

    select alias_id from {{ ref("int_company_aliases") }}

),

minted_ids as (

    {{ ids_of_earlier_builds("person_id_registry", ["minted"], ref("stg_people_intake")) }}

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
    {# what makes two observations one person #}
    case when not intake.is_role_mailbox then intake.email end as identifying_email,
    case when company_aliases.alias_id is null then intake.handed_in_id end as handed_in_id,
    {# an id that we minted joins no rows that have keys of their own: the registry says whether they are its person #}
    case
        when company_aliases.alias_id is not null then null
        when
            minted_ids.barton_id is null
            or (intake.linkedin_url is null and (intake.email is null or intake.is_role_mailbox))
            then intake.handed_in_id
    end as joining_id,
    company_aliases.alias_id as held_id
from intake
inner join company_references on intake.raw_id = company_references.raw_id
inner join person_names on intake.name_text = person_names.raw_value
left join company_aliases on intake.handed_in_id = company_aliases.alias_id
left join minted_ids on intake.handed_in_id = minted_ids.barton_id
where company_references.company_id is not null
