with

current_proofs as (

    select * from {{ ref("proof_lines") }}
    where is_current

),

citations as (

    {{ each_json_text("current_proofs", "proof_id", "signal_ids", "signal_id") }}

),

cited_signals as (

    select
        signal_id,
        source_table,
        source_record_ids
    from {{ ref("pressure_signals") }}
    where signal_id in (select citations.signal_id from citations)

),

record_ids as (

    {{ each_json_text("cited_signals", "signal_id", "source_record_ids", "record_id") }}

),

known_records as (

    select
        raw_table as source_table,
        raw_id as record_id
    from {{ ref("int_known_rows") }}
    union
    select
        'companies' as source_table,
        company_id as record_id
    from {{ ref("companies") }}
    union
    select
        'slot_events' as source_table,
        event_id as record_id
    from {{ ref("slot_events") }}

),

records_of_signals as (

    select
        cited_signals.signal_id,
        cited_signals.source_table,
        count(record_ids.record_id) as given,
        count(known_records.record_id) as found
    from cited_signals
    left join record_ids on cited_signals.signal_id = record_ids.signal_id
    left join known_records
        on cited_signals.source_table = known_records.source_table and record_ids.record_id = known_records.record_id
    group by cited_signals.signal_id, cited_signals.source_table

)

select * from records_of_signals
where given = 0 or found < given
