-- depends_on: {{ ref("person_id_registry") }}
{# models that read this one wait for the registry, so that every person has a registered id #}
{%- set columns = ["email", "phone", "linkedin_url", "last_profile_checked_at"] -%}

with

observations as (

    select
        observations.intake_id,
        observations.mention,
        observations.observed_at,
        observations.first_observed_at,
        observations.company_id,
        observations.full_name,
        observations.first_name,
        observations.last_name,
        observations.name_key,
        observations.title,
        observations.title_key,
        {# an email or LinkedIn page that belongs to another person is not this person's #}
        case when identity.email_owner_id is null then observations.email end as email,
        observations.phone,
        case when identity.linkedin_owner_id is null then observations.linkedin_url end as linkedin_url,
        observations.last_profile_checked_at,
        observations.source,
        identity.person_id,
        identity.person_number
    from {{ ref("int_person_observations") }} as observations
    inner join {{ ref("int_person_identity") }} as identity
        on observations.observation_key = identity.observation_key

),

title_roles as (

    select * from {{ ref("int_title_roles") }}

),

personal_domains as (

    select * from {{ ref("personal_email_domains") }}

),

by_recency as (

    select
        *,
        row_number() over (partition by person_id order by observed_at, {{ bytewise("intake_id") }}, mention) as recency
    from observations

),

{# the latest row that has a value wins, column by column #}
merged as (

    select
        person_id,
        person_number,
        {%- for column in columns %}
        {{ latest_value(column) }} as {{ column }},
        {%- endfor %}
        {# title, role and company come from the latest row with a title #}
        max(case when title_key is not null then recency end) as titled_recency,
        max(recency) as latest_recency,
        count(*) as intake_rows,
        min(first_observed_at) as first_seen_at,
        max(observed_at) as last_seen_at
    from by_recency
    group by person_id, person_number

),

oldest_with_email as (

    select
        email,
        min(person_number) as person_number
    from merged
    group by email

)

select
    merged.person_id,
    merged.person_number,
    positions.company_id,
    latest.full_name,
    latest.first_name,
    latest.last_name,
    latest.name_key,
    positions.title,
    positions.title_key,
    case when own_name.title_key is null then title_roles.role else own_name.role end as role,
    merged.email,
    personal_domains.domain is not null as is_personal_email,
    coalesce(merged.person_number = oldest.person_number, false) as is_oldest_with_email,
    merged.phone,
    merged.linkedin_url,
    merged.last_profile_checked_at,
    latest.source,
    merged.intake_rows,
    merged.first_seen_at,
    merged.last_seen_at
from merged
inner join by_recency as latest
    on merged.person_id = latest.person_id and merged.latest_recency = latest.recency
inner join by_recency as positions
    on
        merged.person_id = positions.person_id
        and coalesce(merged.titled_recency, merged.latest_recency) = positions.recency
left join oldest_with_email as oldest on merged.email = oldest.email
left join title_roles on positions.title_key = title_roles.title_key and title_roles.company_id is null
left join title_roles as own_name
    on positions.title_key = own_name.title_key and positions.company_id = own_name.company_id
left join personal_domains on split_part(merged.email, '@', 2) = personal_domains.domain
