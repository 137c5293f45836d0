{# message -> proof -> signals -> source records -> raw rows, by ids only; each returned row is a missing link #}
with

queued as (

    select
        send_queue.*,
        authorizations.requested_action
    from {{ ref("send_queue") }} as send_queue
    left join {{ ref("message_authorizations") }} as authorizations
        on send_queue.company_id = authorizations.company_id

),

proofs as (

    select * from {{ ref("proof_lines") }}

),

{# the signals behind each queued message #}
messages_without_proof as (

    select
        'proof' as missing_link,
        queued.message_id as from_id,
        queued.proof_id as to_id
    from queued
    left join proofs on queued.proof_id = proofs.proof_id and queued.company_id = proofs.company_id
    where
        queued.requested_action is distinct from 'educational_content'
        and (
            proofs.proof_id is null
            or not proofs.is_current
            or proofs.verdict <> 'VALID'
            or proofs.line_today is distinct from queued.proof_line
            or proofs.band is distinct from queued.band
        )

),

queued_proofs as (

    select
        proofs.proof_id,
        proofs.company_id,
        proofs.signal_ids
    from proofs
    inner join queued on proofs.proof_id = queued.proof_id

),

cited as (

    {{ each_json_text("queued_proofs", "proof_id", "signal_ids", "signal_id") }}

),

signals as (

    select
        queued_proofs.proof_id,
        cited.signal_id as cited_id,
        pressure_signals.signal_id,
        pressure_signals.source_table,
        pressure_signals.source_record_ids
    from queued_proofs
    left join cited on queued_proofs.proof_id = cited.proof_id
    left join {{ ref("pressure_signals") }} as pressure_signals
        on
            cited.signal_id = pressure_signals.signal_id
            and queued_proofs.company_id = pressure_signals.company_id
            and pressure_signals.is_active

),

proofs_without_signal as (

    select
        'signal' as missing_link,
        proof_id as from_id,
        cited_id as to_id
    from signals
    where signal_id is null

),

found_signals as (

    select distinct
        signal_id,
        source_table,
        cast(source_record_ids as text) as source_record_ids
    from signals
    where signal_id is not null

),

records as (

    {{ each_json_text("found_signals", "signal_id", "source_record_ids", "record_id") }}

),

{# companies and people come from their intake rows #}
company_rows as (

    select
        ids.company_id,
        count(known_rows.raw_id) as raw_rows
    from {{ ref("int_company_identity") }} as ids
    left join {{ ref("int_known_rows") }} as known_rows
        on ids.intake_id = known_rows.raw_id and known_rows.raw_table = 'company_raw_intake'
    where ids.company_id is not null
    group by ids.company_id

),

person_rows as (

    select
        ids.person_id,
        count(known_rows.raw_id) as raw_rows
    from {{ ref("int_person_identity") }} as ids
    inner join {{ ref("int_person_observations") }} as observations
        on ids.observation_key = observations.observation_key
    left join {{ ref("int_known_rows") }} as known_rows
        on observations.intake_id = known_rows.raw_id and known_rows.raw_table = 'people_raw_intake'
    group by ids.person_id

),

{# a source record is a raw row, a company, or a slot event, which leads to its occupant #}
source_records as (

    select
        raw_table as source_table,
        raw_id as record_id,
        1 as raw_rows
    from {{ ref("int_known_rows") }}
    union all
    select
        'companies' as source_table,
        companies.company_id as record_id,
        company_rows.raw_rows
    from {{ ref("companies") }} as companies
    inner join company_rows on companies.company_id = company_rows.company_id
    union all
    select
        'slot_events' as source_table,
        events.event_id as record_id,
        person_rows.raw_rows
    from {{ ref("slot_events") }} as events
    inner join person_rows on events.person_id = person_rows.person_id

),

signals_without_raw_row as (

    select
        'raw row' as missing_link,
        found_signals.signal_id as from_id,
        records.record_id as to_id
    from found_signals
    left join records on found_signals.signal_id = records.signal_id
    left join source_records
        on
            found_signals.source_table = source_records.source_table
            and records.record_id = source_records.record_id
    where coalesce(source_records.raw_rows, 0) = 0

)

select * from messages_without_proof
union all
select * from proofs_without_signal
union all
select * from signals_without_raw_row
