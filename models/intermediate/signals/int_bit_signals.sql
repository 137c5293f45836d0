select
    signals.raw_id,
    company_references.company_id,
    person_references.person_id,
    signals.signal_type,
    signals.signal_strength,
    signals.payload,
    signals.detected_at,
    signals.processed_at,
    coalesce(
        signals.rejection_code,
        case
            when company_references.company_id is null and person_references.person_id is null
                then company_references.rejection_code
        end
    ) as rejection_code
from {{ ref("stg_bit_signals") }} as signals
inner join {{ ref("int_company_references") }} as company_references
    on signals.raw_id = company_references.raw_id and company_references.raw_table = 'bit_signal'
inner join {{ ref("int_person_references") }} as person_references
    on signals.raw_id = person_references.raw_id and person_references.raw_table = 'bit_signal'
