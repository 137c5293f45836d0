{{ config(materialized="view") }}
{# one signal per renewal, from the opening of its notice window through the day of the renewal #}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}
    where signal_type = 'renewal_proximity'

),

open_renewals as (

    select
        renewal_dates.*,
        signal_types.valid_days
    from {{ ref("int_renewal_dates") }} as renewal_dates
    cross join signal_types
    where renewal_dates.window_start_on <= {{ today() }} and renewal_dates.days_left >= 0

),

stepped as (

    select
        open_renewals.*,
        steps.magnitude,
        row_number() over (
            partition by open_renewals.company_id, open_renewals.renewal_on order by steps.days_left_at_most
        ) as step_rank
    from open_renewals
    inner join {{ ref("renewal_magnitudes") }} as steps on open_renewals.days_left <= steps.days_left_at_most

)

select
    company_id,
    'renewal_proximity' as signal_type,
    case when days_left > 0 then 'future' else 'today' end as variant,
    magnitude,
    cast(window_start_on as timestamp) as detected_at,
    cast(renewal_on + valid_days * interval '1 day' as timestamp) as expires_at,
    cast(days_left as bigint) as n,
    cast(null as text) as subject,
    'companies' as source_table,
    company_id as source_record_ids,
    concat(company_id, '|', cast(renewal_on as text)) as source_key,
    {{ json_object_of([
        ("renewal_on", "renewal_on"),
        ("renewal_month_source", "renewal_month_source"),
        ("window_start_on", "window_start_on"),
        ("notice_days", "renewal_on - window_start_on"),
    ]) }} as details
from stepped
where step_rank = 1
