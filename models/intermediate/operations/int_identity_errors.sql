{# errors in companies that staging and the identity models found, and handed-in ids that belong to another entity #}
with

company_intake as not materialized (

    select * from {{ ref("stg_company_intake") }}

),

company_identity as not materialized (

    select * from {{ ref("int_company_identity") }}

),

{# an id from intake is not used if another entity has it #}
held_ids as (

    select
        'company_raw_intake' as raw_table,
        company_rows.intake_id as raw_id,
        coalesce(company_rows.held_id, company_rows.handed_in_id) as handed_in_id
    from company_identity as company_rows
    left join company_identity as aliases
        on company_rows.handed_in_id = aliases.alias_id and aliases.alias_id is not null
    where
        coalesce(company_rows.held_id, company_rows.handed_in_id) is not null
        and (company_rows.held_id is not null or aliases.company_id <> company_rows.company_id)
    union all
    select
        'people_raw_intake' as raw_table,
        observations.intake_id as raw_id,
        coalesce(person_rows.held_id, person_rows.handed_in_id) as handed_in_id
    from {{ ref("int_person_identity") }} as person_rows
    inner join {{ ref("int_person_observations") }} as observations
        on person_rows.observation_key = observations.observation_key
    left join {{ ref("int_person_identity") }} as aliases
        on person_rows.handed_in_id = aliases.alias_id and aliases.alias_id is not null
    where
        coalesce(person_rows.held_id, person_rows.handed_in_id) is not null
        and (person_rows.held_id is not null or aliases.person_id <> person_rows.person_id)

),

{# a uuid that an older company has, or that intake gave but the company did not get #}
given_outreach_ids as (

    select
        company_identity.company_id,
        company_identity.company_number,
        intake.raw_id,
        intake.outreach_id,
        first_value(intake.outreach_id) over (
            partition by company_identity.company_id
            order by intake.uploaded_at desc, {{ bytewise("intake.raw_id") }} desc
        ) as latest_outreach_id
    from company_identity
    inner join company_intake as intake on company_identity.intake_id = intake.raw_id
    where company_identity.company_id is not null and intake.outreach_id is not null

),

oldest_with_outreach_id as (

    select
        latest_outreach_id,
        min(company_number) as company_number
    from given_outreach_ids
    group by latest_outreach_id

)

{% for error_code, detail, condition in [
    ("COMPANY_UNIDENTIFIED", "'no Barton id, domain, EIN or LinkedIn'",
     "rejection_code = 'COMPANY_NAME_INVALID' and coalesce(handed_in_id, domain, ein, linkedin_url) is null"),
    ("INDUSTRY_MISSING", "null", "rejection_code is null and industry is null"),
    ("EMPLOYEE_COUNT_MISSING", "null", "rejection_code is null and employee_count is null"),
    ("PHONE_MISSING", "null", "rejection_code is null and phone is null"),
    ("COMPANY_NAME_SHORT", "company_name", "rejection_code is null and length(company_name) < 4"),
] -%}
select
    'company_raw_intake' as raw_table,
    raw_id,
    '{{ error_code }}' as error_code,
    cast({{ detail }} as text) as detail
from company_intake
where {{ condition }}
union all
{% endfor -%}
{% for raw_table, row_key, error_code, detail, condition in [
    ("company_raw_intake", "intake_id", "rejection_code", "'the name fits no company, or several'",
     "kind = 'row' and rejection_code is not null"),
    ("company_raw_intake", "intake_id", "'COMPANY_KEY_CONFLICT'", "conflict_detail", "conflict_detail is not null"),
    ("resolution_verdicts", "verdict_id", "rejection_code", "null", "kind = 'verdict' and rejection_code is not null"),
] -%}
select
    '{{ raw_table }}' as raw_table,
    {{ row_key }} as raw_id,
    {{ error_code }} as error_code,
    cast({{ detail }} as text) as detail
from company_identity
where {{ condition }}
union all
{% endfor -%}
select
    'company_raw_intake' as raw_table,
    company_identity.intake_id as raw_id,
    'COMPANY_KEY_SUSPECT' as error_code,
    company_intake.domain as detail
from company_identity
inner join company_intake on company_identity.intake_id = company_intake.raw_id
where company_identity.names_of_domain = {{ var("suspect_domain_names") }}
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
    given.raw_id,
    'OUTREACH_ID_HELD' as error_code,
    given.outreach_id as detail
from given_outreach_ids as given
inner join oldest_with_outreach_id as oldest on given.latest_outreach_id = oldest.latest_outreach_id
inner join {{ ref("companies") }} as companies on given.company_id = companies.company_id
where
    given.outreach_id = given.latest_outreach_id
    and (given.company_number > oldest.company_number or given.outreach_id <> companies.outreach_id)
