with

signals as (

    select * from {{ ref("stg_bit_signals") }}
    where rejection_code is null

),

subjects as (

    select * from {{ ref("int_row_subjects") }}
    where raw_table = 'bit_signal' and rejection_code is null

),

payloads as (

    select * from {{ ref("text_forms") }}
    where kind = 'json'

)

select
    signals.raw_id as signal_id,
    subjects.company_id,
    subjects.person_id,
    signals.signal_type,
    cast(signals.signal_strength as integer) as signal_strength,
    cast(payloads.normal_value as {{ json_type() }}) as payload,
    signals.detected_at,
    signals.processed_at
from signals
inner join subjects on signals.raw_id = subjects.raw_id
left join payloads on signals.payload = payloads.raw_value
