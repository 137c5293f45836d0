{# every change of the verdict on a company: append-only #}
with

decisions as (

    select * from {{ ref("int_message_decisions") }}

){% if is_incremental() %},

latest_entries as (

    select *
    from (
        select
            *,
            row_number() over (partition by company_id order by recorded_at desc) as recency
        from {{ this }}
    ) as entries
    where recency = 1

){% endif %}

select
    decisions.company_id,
    decisions.requested_action,
    cast(decisions.required_band as integer) as required_band,
    decisions.band as actual_band,
    decisions.reason is null as is_authorized,
    decisions.reason as denial_reason,
    decisions.proof_id,
    {{ as_of() }} as recorded_at
from decisions
{% if is_incremental() -%}
left join latest_entries on decisions.company_id = latest_entries.company_id
where
    latest_entries.company_id is null
    or (
        {# one verdict per company and build #}
        latest_entries.recorded_at < {{ as_of() }}
        and (
            coalesce(latest_entries.denial_reason, '') <> coalesce(decisions.reason, '')
            or latest_entries.requested_action <> decisions.requested_action
            {# another proof is another permission #}
            or (decisions.reason is null and latest_entries.proof_id <> decisions.proof_id)
        )
    )
{%- endif %}
