{# for each of the next weeks: renewals whose window opens, and messages that can be sent #}
with

weeks as (

    {% for week in range(26) -%}
    select cast(date_trunc('week', cast({{ today() }} as timestamp)) as date) + {{ 7 * week }} as week_start_on
    {{ "union all" if not loop.last }}
    {% endfor %}
),

windows as (

    select distinct
        company_id,
        cast(date_trunc('week', cast(window_start_on as timestamp)) as date) as week_start_on
    from {{ ref("int_renewal_dates") }}

),

renewals as (

    select * from {{ ref("company_renewals") }}

),

bands as (

    select * from {{ ref("company_bands") }}

),

opening as (

    select
        windows.week_start_on,
        count(*) as windows_opening,
        count(case
            when bands.band >= actions.min_band or (renewals.has_green_contact and not renewals.is_suppressed) then 1
        end) as reachable_companies
    from windows
    inner join renewals on windows.company_id = renewals.company_id
    inner join bands on windows.company_id = bands.company_id
    inner join {{ ref("band_actions") }} as actions on actions.action = 'persona_email'
    group by windows.week_start_on

)

select
    weeks.week_start_on,
    cast(coalesce(opening.windows_opening, 0) as integer) as windows_opening,
    cast(coalesce(opening.reachable_companies, 0) as integer) as reachable_companies,
    5 * {{ var("daily_limit") }} as message_capacity,
    cast(
        greatest(coalesce(opening.reachable_companies, 0) - 5 * {{ var("daily_limit") }}, 0) as integer
    ) as shortfall
from weeks
left join opening on weeks.week_start_on = opening.week_start_on
