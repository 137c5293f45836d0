{# the proof ledger read as proofs: what was said, since when, until when; read through company aliases #}
with

entries as (

    select
        *,
        row_number() over (partition by proof_id order by recorded_at desc, entry_order desc) as recency,
        row_number() over (partition by proof_id order by recorded_at, entry_order) as age_rank
    from {{ ref("proof_ledger") }}

),

latest_entries as (

    select * from entries
    where recency = 1

)

select
    issued.proof_id,
    companies.company_id,
    issued.band,
    issued.pressure_class,
    issued.sources,
    issued.signal_ids,
    issued.proof_line,
    issued.proof,
    issued.decision_window_days,
    issued.generated_at,
    issued.valid_until,
    case when latest_entries.entry_type = 'superseded' then latest_entries.recorded_at end as superseded_at,
    latest_entries.entry_type = 'issued' as is_current
from entries as issued
inner join latest_entries on issued.proof_id = latest_entries.proof_id
left join {{ ref("int_company_aliases") }} as company_aliases on issued.company_id = company_aliases.alias_id
inner join {{ ref("int_companies") }} as companies
    on coalesce(company_aliases.company_id, issued.company_id) = companies.company_id
where issued.age_rank = 1
