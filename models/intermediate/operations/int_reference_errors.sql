{# rows whose company, person or campaign is not found or ambiguous, and unreadable parts of references #}
with

known_rows as (

    select * from {{ ref("int_known_rows") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}

),

suppressions as (

    select * from {{ ref("stg_suppressions") }}
    where rejection_code is null

),

campaigns as (

    select campaign_id from {{ ref("campaigns") }}

),

resolved as (

    select
        raw_table,
        raw_id,
        rejection_code
    from subjects
    where raw_table <> 'suppression'
    union all
    {# a suppression that names an email needs no company #}
    select
        subjects.raw_table,
        subjects.raw_id,
        subjects.rejection_code
    from subjects
    inner join suppressions on subjects.raw_id = suppressions.raw_id
    where subjects.raw_table = 'suppression' and suppressions.email is null
    {%- for raw_table, relation in {
        "checks": ref("int_checks"),
        "slot_assignments": ref("int_slot_assignments"),
        "talent_flow_movements": ref("int_movements"),
    }.items() %}
    union all
    select
        '{{ raw_table }}' as raw_table,
        raw_id,
        rejection_code
    from {{ relation }}
    {%- endfor %}

),

refused as (

    select resolved.*
    from resolved
    inner join known_rows on resolved.raw_table = known_rows.raw_table and resolved.raw_id = known_rows.raw_id
    where resolved.rejection_code is not null

),

company_given as (

    select
        raw_table,
        raw_id,
        {{ join_texts("nullif(reference_key, '||||')", "'; '", "side") }} as given
    from {{ ref("int_company_references") }} as company_references
    where
        exists (
            select 1 from refused
            where refused.raw_table = company_references.raw_table and refused.raw_id = company_references.raw_id
        )
    group by raw_table, raw_id

)

select
    refused.raw_table,
    refused.raw_id,
    refused.rejection_code as error_code,
    company_given.given as detail
from refused
left join company_given on refused.raw_table = company_given.raw_table and refused.raw_id = company_given.raw_id
union all
select
    'suppression' as raw_table,
    suppressions.raw_id,
    'SUPPRESSION_EMAIL_ONLY' as error_code,
    suppressions.email as detail
from suppressions
inner join subjects on suppressions.raw_id = subjects.raw_id and subjects.raw_table = 'suppression'
where suppressions.names_a_company and subjects.company_id is null and suppressions.email is not null
union all
select
    'talent_flow_movements' as raw_table,
    movements.raw_id,
    'MOVEMENT_PERSON_UNKNOWN' as error_code,
    person_references.rejection_code as detail
from {{ ref("int_movements") }} as movements
inner join {{ ref("int_person_references") }} as person_references
    on movements.raw_id = person_references.raw_id and person_references.raw_table = 'talent_flow_movements'
where movements.rejection_code is null and movements.person_id is null
union all
select
    'campaign_contact' as raw_table,
    contacts.campaign_contact_id as raw_id,
    'CAMPAIGN_NOT_FOUND' as error_code,
    contacts.campaign_id as detail
from {{ ref("campaign_contacts") }} as contacts
left join campaigns on contacts.campaign_id = campaigns.campaign_id
where campaigns.campaign_id is null
union all
select
    'message_log' as raw_table,
    messages.message_log_id as raw_id,
    'CAMPAIGN_NOT_FOUND' as error_code,
    messages.campaign_id as detail
from {{ ref("message_log") }} as messages
left join campaigns on messages.campaign_id = campaigns.campaign_id
where messages.campaign_id is not null and campaigns.campaign_id is null
union all
select
    raw_table,
    raw_id,
    'VALUE_UNREADABLE' as error_code,
    unreadable_values as detail
from {{ ref("stg_company_references") }}
where unreadable_values is not null
union all
select
    raw_table,
    raw_id,
    'VALUE_UNREADABLE' as error_code,
    unreadable_values as detail
from {{ ref("stg_person_references") }}
where unreadable_values is not null
