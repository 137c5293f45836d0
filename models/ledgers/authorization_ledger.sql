{# Appends a row for each company whose verdict differs from its latest entry. #}
with

authorizations as (

    select * from {{ ref("message_authorizations") }}

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
    authorizations.company_id,
    authorizations.requested_action,
    authorizations.required_band,
    authorizations.band as actual_band,
    authorizations.is_authorized,
    authorizations.denial_reason,
    authorizations.proof_id,
    {{ as_of() }} as recorded_at
from authorizations
{% if is_incremental() -%}
left join latest_entries on authorizations.company_id = latest_entries.company_id
where
    latest_entries.company_id is null
    or (
        {# one verdict per company and build #}
        latest_entries.recorded_at < {{ as_of() }}
        and (
            coalesce(latest_entries.denial_reason, '') <> coalesce(authorizations.denial_reason, '')
            or latest_entries.requested_action <> authorizations.requested_action
            {# a permission that rests on another proof is a new verdict #}
            or (authorizations.is_authorized and latest_entries.proof_id <> authorizations.proof_id)
        )
    )
{%- endif %}
