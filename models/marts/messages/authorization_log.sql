with

ledger as (

    select * from {{ ref("authorization_ledger") }}

),

{# a company that became an alias has no log #}
companies as (

    select company_id from {{ ref("companies") }}

)

select
    concat(
        'log_',
        substr({{ sha256_hex("concat(ledger.company_id, '|', cast(ledger.recorded_at as text))") }}, 1, 16)
    ) as log_id,
    ledger.company_id,
    ledger.requested_action,
    ledger.required_band,
    ledger.actual_band,
    ledger.is_authorized,
    ledger.denial_reason,
    ledger.proof_id,
    ledger.recorded_at as decided_at
from ledger
inner join companies on ledger.company_id = companies.company_id
