{{ config(materialized="view") }}
{# everything that became true, with the key that makes it one event #}
with

companies as (

    select company_id from {{ ref("companies") }}

),

people as (

    select
        person_id,
        company_id
    from {{ ref("int_people") }}

),

registered as (

    select * from {{ ref("int_registered_entities") }}

),

band_spells as (

    select
        *,
        lag(band) over (partition by company_id order by valid_from) as previous_band
    from {{ ref("band_history") }}

),

occurrences as (

    select
        companies.company_id,
        'company_promoted' as event_type,
        companies.company_id as event_key,
        cast(null as text) as detail,
        registered.registered_at as created_at
    from companies
    inner join registered on companies.company_id = registered.entity_id and registered.entity_type = 'company'
    union all
    select
        companies.company_id,
        'slots_created' as event_type,
        companies.company_id as event_key,
        'CEO, CFO, HR' as detail,
        registered.registered_at as created_at
    from companies
    inner join registered on companies.company_id = registered.entity_id and registered.entity_type = 'company'
    union all
    select
        people.company_id,
        'person_promoted' as event_type,
        people.person_id as event_key,
        cast(null as text) as detail,
        registered.registered_at as created_at
    from people
    inner join registered on people.person_id = registered.entity_id and registered.entity_type = 'person'
    union all
    select
        company_id,
        case event_type when 'FILLED' then 'slot_filled' else 'slot_vacated' end as event_type,
        event_id as event_key,
        concat(role, ' ', slot_id) as detail,
        occurred_at as created_at
    from {{ ref("slot_events") }}
    union all
    select
        company_id,
        'contact_enriched' as event_type,
        enrichment_id as event_key,
        enrichment_type as detail,
        coalesce(completed_at, started_at) as created_at
    from {{ ref("enrichment_jobs") }}
    where status = 'completed' and coalesce(completed_at, started_at) <= {{ as_of() }}
    union all
    select
        company_id,
        'email_verified' as event_type,
        verification_id as event_key,
        concat(email, ' ', email_status) as detail,
        verified_at as created_at
    from {{ ref("email_verifications") }}
    union all
    select
        company_id,
        'band_changed' as event_type,
        concat(company_id, '|', cast(valid_from as text)) as event_key,
        concat(cast(previous_band as text), ' to ', cast(band as text)) as detail,
        valid_from as created_at
    from band_spells
    where previous_band <> band
    union all
    select
        company_id,
        'proof_issued' as event_type,
        proof_id as event_key,
        proof_line as detail,
        generated_at as created_at
    from {{ ref("int_proofs") }}
    union all
    select
        companies.company_id,
        'message_queued' as event_type,
        concat(ledger.company_id, '|', cast(ledger.recorded_at as text)) as event_key,
        ledger.proof_id as detail,
        ledger.recorded_at as created_at
    from {{ ref("authorization_ledger") }} as ledger
    inner join companies on ledger.company_id = companies.company_id
    where ledger.is_authorized

)

select
    concat('pev_', substr({{ sha256_hex("concat(event_type, '|', event_key)") }}, 1, 16)) as event_id,
    company_id,
    event_type,
    event_key,
    detail,
    created_at
from occurrences
