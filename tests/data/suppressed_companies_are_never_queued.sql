select
    queued.message_id,
    queued.company_id,
    queued.to_email,
    suppressions.suppression_id,
    suppressions.reason
from {{ ref("send_queue") }} as queued
inner join {{ ref("suppressions") }} as suppressions
    on
        queued.company_id = suppressions.company_id
        {# a suppression without a company stops messages to its email #}
        or (suppressions.company_id is null and queued.to_email = suppressions.email)
where suppressions.expires_at is null or suppressions.expires_at > {{ as_of() }}
