{# Appends each text that was queued, once per message and wording. #}
with

queued as (

    select * from {{ ref("send_queue") }}

),

proofs as (

    select * from {{ ref("proof_lines") }}

)

select
    queued.message_id,
    queued.company_id,
    queued.person_id,
    queued.role,
    proofs.pressure_class,
    queued.band,
    queued.touch_number,
    queued.template_id,
    queued.proof_id,
    {# jsonb puts a blank between the ids #}
    replace(cast(proofs.signal_ids as text), '", "', '","') as signal_ids,
    queued.subject,
    queued.body,
    queued.queued_at as recorded_at
from queued
left join proofs on queued.proof_id = proofs.proof_id
{% if is_incremental() -%}
where
    not exists (
        select 1 from {{ this }} as entries
        where
            entries.message_id = queued.message_id
            and entries.subject = queued.subject
            and entries.body = queued.body
    )
{%- endif %}
