select
    queued.message_id,
    queued.company_id,
    queued.to_email,
    suppressions.suppression_id,
    suppressions.reason
from {{ ref("send_queue") }} as queued
inner join {{ ref("suppressions") }} as suppressions
    on
        (queued.company_id = suppressions.company_id and suppressions.is_company_stopped)
        {# an order that names addresses or domains stops messages to them #}
        or concat(', ', suppressions.email, ',') like concat('%, ', queued.to_email, ',%')
        or concat(', ', suppressions.email, ',') like concat('%, @', split_part(queued.to_email, '@', 2), ',%')
where suppressions.expires_at is null or suppressions.expires_at > {{ as_of() }}
