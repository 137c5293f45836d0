with

ledger as (

    select * from {{ ref("message_ledger") }}

),

{# what was queued for an alias belongs to the surviving company and person #}
companies as (

    select
        alias_id,
        company_id
    from {{ ref("int_company_identity") }}
    where kind = 'alias'

),

people as (

    select
        alias_id,
        person_id
    from {{ ref("int_person_identity") }}
    where kind = 'alias'

)

select
    ledger.message_id,
    companies.company_id,
    people.person_id,
    ledger.role,
    ledger.pressure_class,
    ledger.band,
    ledger.touch_number,
    ledger.template_id,
    ledger.proof_id,
    cast(ledger.signal_ids as {{ json_type() }}) as signal_ids,
    ledger.subject,
    ledger.body,
    ledger.recorded_at as queued_at
from ledger
inner join companies on ledger.company_id = companies.alias_id
inner join people on ledger.person_id = people.alias_id
