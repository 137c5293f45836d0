with

companies as (

    select
        companies.company_id,
        min(registry.recorded_at) as registered_at
    from {{ ref("companies") }} as companies
    inner join {{ ref("company_id_registry") }} as registry on companies.company_id = registry.barton_id
    group by companies.company_id

),

people as (

    select
        people.person_id,
        people.company_id,
        min(registry.recorded_at) as registered_at
    from {{ ref("people") }} as people
    inner join {{ ref("person_id_registry") }} as registry on people.person_id = registry.barton_id
    group by people.person_id, people.company_id

),

roles as (

    select {{ join_texts("role", "', '", "slot_offset") }} as names
    from {{ ref("roles") }}

),

bands as (

    select
        company_id,
        band,
        valid_from,
        lag(band) over (partition by company_id order by valid_from) as previous_band
    from {{ ref("band_history") }}

),

occurrences as (

    select
        company_id,
        'company_promoted' as event_type,
        company_id as event_key,
        cast(null as text) as detail,
        registered_at as created_at
    from companies
    union all
    select
        companies.company_id,
        'slots_created' as event_type,
        companies.company_id as event_key,
        roles.names as detail,
        companies.registered_at as created_at
    from companies
    cross join roles
    union all
    select
        company_id,
        'person_promoted' as event_type,
        person_id as event_key,
        cast(null as text) as detail,
        registered_at as created_at
    from people
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
    from bands
    where previous_band <> band
    union all
    select
        company_id,
        'proof_issued' as event_type,
        proof_id as event_key,
        proof_line as detail,
        generated_at as created_at
    from {{ ref("proof_lines") }}
    union all
    select
        company_id,
        'message_queued' as event_type,
        concat(company_id, '|', cast(decided_at as text)) as event_key,
        proof_id as detail,
        decided_at as created_at
    from {{ ref("authorization_log") }}
    where is_authorized

)

select
    concat('pev_', substr({{ sha256_hex("concat(event_type, '|', event_key)") }}, 1, 16)) as event_id,
    company_id,
    event_type,
    cast({{ json_object_of([("key", "event_key"), ("detail", "detail")]) }} as {{ json_type() }}) as payload,
    created_at
from occurrences
