with

verdicts as (

    select
        company_id,
        decided_at,
        concat(
            requested_action, '|', coalesce(denial_reason, ''), '|', case when is_authorized then proof_id else '' end
        ) as verdict
    from {{ ref("message_authorizations") }}

),

{# a log that is read through aliases may have several entries with the same time #}
last_entries as (

    select
        log.company_id,
        concat(
            log.requested_action, '|', coalesce(log.denial_reason, ''), '|',
            case when log.is_authorized then log.proof_id else '' end
        ) as verdict
    from {{ ref("authorization_log") }} as log
    inner join (
        select
            company_id,
            max(decided_at) as decided_at
        from {{ ref("authorization_log") }}
        group by company_id
    ) as last_times
        on log.company_id = last_times.company_id and log.decided_at = last_times.decided_at

),

entries as (

    select
        company_id,
        recorded_at,
        concat(
            requested_action, '|', coalesce(denial_reason, ''), '|', case when is_authorized then proof_id else '' end
        ) as verdict,
        lag(recorded_at) over (partition by company_id order by recorded_at) as previous_recorded_at,
        lag(concat(
            requested_action, '|', coalesce(denial_reason, ''), '|', case when is_authorized then proof_id else '' end
        )) over (partition by company_id order by recorded_at) as previous_verdict
    from {{ ref("authorization_ledger") }}

)

select
    verdicts.company_id,
    'the log does not end with the verdict of today' as problem
from verdicts
left join last_entries on verdicts.company_id = last_entries.company_id and verdicts.verdict = last_entries.verdict
where last_entries.company_id is null
union all
select
    company_id,
    'two entries of one time, or the same verdict twice' as problem
from entries
where recorded_at = previous_recorded_at or verdict = previous_verdict
