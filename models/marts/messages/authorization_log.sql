{# the log of a company that became an alias leaves with its bands #}
select
    concat(
        'log_',
        substr({{ sha256_hex("concat(ledger.company_id, '|', cast(ledger.recorded_at as text))") }}, 1, 16)
    ) as log_id,
    companies.company_id,
    ledger.requested_action,
    ledger.required_band,
    ledger.actual_band,
    ledger.is_authorized,
    ledger.denial_reason,
    ledger.proof_id,
    ledger.recorded_at as decided_at
from {{ ref("authorization_ledger") }} as ledger
inner join {{ ref("companies") }} as companies on ledger.company_id = companies.company_id
