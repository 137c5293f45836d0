{# DOL signals from filings: changes from year to year, and facts of a plan's latest year #}
{%- set of_the_plan = "partition by found.signal_type, found.plan_key order by found.plan_year" -%}
{%- set changes_in_3_years = "count(*) over (" ~ of_the_plan ~ " range 2 preceding)" -%}
with

signal_types as (

    select * from {{ ref("pressure_signal_types") }}

),

plan_years as (

    select * from {{ ref("int_plan_years") }}

),

{# the figures of two consecutive years; amounts in whole cents, so that percentages are exact #}
measures as (

    {%- set no_contribution = "coalesce(contribution_before, 0) <= 0 or employer_contribution is null" -%}
    {%- for signal_type, variant, before, after, units, condition in [
        ("cost_increase", "contribution", "contribution_before", "employer_contribution", 100, "true"),
        ("cost_increase", "premium", "premium_before", "plan_premium", 100, no_contribution),
        ("broker_cost_spike", "default", "broker_cost_before", "broker_cost", 100, "true"),
        ("plan_growth", "default", "participants_before", "participants", 1, "true"),
    ] %}
    select
        plan_key,
        plan_year,
        '{{ signal_type }}' as signal_type,
        '{{ variant }}' as variant,
        {{ units }} as units,
        cast({{ units }} * {{ before }} as bigint) as value_before,
        cast({{ units }} * {{ after }} as bigint) as value_after
    from plan_years
    where {{ before }} > 0 and {{ after }} > {{ before }} and ({{ condition }})
    {{ "union all" if not loop.last }}
    {%- endfor %}

),

{# signals from the carriers and brokers of a year and from the day its filing was received #}
facts as (

    select
        signal_type as kind,
        plan_key,
        plan_year,
        members as n,
        joined + dropped as changes,
        names,
        names_before
    from {{ ref("int_plan_sets") }}
    union all
    select
        'late_filing' as kind,
        plan_key,
        plan_year,
        days_late as n,
        cast(null as bigint) as changes,
        cast(null as text) as names,
        cast(null as text) as names_before
    from plan_years

),

found as (

    select
        measures.plan_key,
        measures.plan_year,
        measures.signal_type,
        measures.variant,
        true as is_change,
        {# a percentage, rounded half up #}
        {{ div("200 * (value_after - value_before) + value_before", "2 * value_before") }} as n,
        {# base + points per percent above the threshold, rounded half up, at most the maximum #}
        case
            when signal_types.magnitude_per_point is not null
                then least(signal_types.max_magnitude, {{ div(
                    "2 * (signal_types.magnitude - magnitude_per_point * threshold) * value_before"
                    ~ " + 200 * magnitude_per_point * (value_after - value_before) + value_before",
                    "2 * value_before",
                ) }})
        end as magnitude,
        {{ div("2 * value_before + units", "2 * units") }} as value_before,
        {{ div("2 * value_after + units", "2 * units") }} as value_after,
        cast(null as text) as names_before,
        cast(null as text) as names_after
    from measures
    inner join signal_types on measures.signal_type = signal_types.signal_type
    where (measures.value_after - measures.value_before) * 100 >= measures.value_before * signal_types.threshold
    union all
    select
        plan_years.plan_key,
        plan_years.plan_year,
        signal_types.signal_type,
        'default' as variant,
        signal_types.threshold is null as is_change,
        case when signal_types.threshold is null then facts.changes else facts.n end as n,
        cast(null as bigint) as magnitude,
        cast(null as bigint) as value_before,
        cast(null as bigint) as value_after,
        case when signal_types.threshold is null then facts.names_before end as names_before,
        facts.names as names_after
    from facts
    inner join plan_years on facts.plan_key = plan_years.plan_key and facts.plan_year = plan_years.plan_year
    inner join signal_types
        on case
            when signal_types.signal_type = 'multi_carrier'
                then facts.kind = 'carrier_change' and plan_years.is_latest and facts.n >= signal_types.threshold
            when facts.kind <> signal_types.signal_type then false
            when signal_types.threshold is null then plan_years.ack_ids_before is not null and facts.changes > 0
            else plan_years.is_latest and facts.n > signal_types.threshold
        end

)

select
    plan_years.company_id,
    found.signal_type,
    found.variant,
    cast(coalesce(found.magnitude, signal_types.magnitude) as integer) as magnitude,
    plan_years.received_at as detected_at,
    plan_years.received_at + signal_types.valid_days * interval '1 day' as expires_at,
    cast(found.n as bigint) as n,
    cast(null as text) as subject,
    'form_5500' as source_table,
    {# the evidence of a change is the filings of both years #}
    concat_ws({{ list_separator() }}, case when found.is_change then plan_years.ack_ids_before end, plan_years.ack_ids)
        as source_record_ids,
    concat(found.plan_key, '|', cast(found.plan_year as text)) as source_key,
    {{ json_object_of([
        ("value_before", "found.value_before"), ("value_after", "found.value_after"),
        ("pct", "case when found.value_before is not null then found.n end"),
        ("plan_year_before", "case when found.is_change then found.plan_year - 1 end"), ("plan_year_after", "found.plan_year"),
        ("names_before", json_array_of_texts("found.names_before")),
        ("names_after", json_array_of_texts("found.names_after")),
        ("participants_before", "case when found.is_change then plan_years.participants_before end"),
        ("participants_after", "plan_years.participants"),
        ("changes_in_3_plan_years", "case when found.is_change then " ~ changes_in_3_years ~ " end"),
        ("days_late", "case when found.signal_type = 'late_filing' then found.n end"),
        ("received_on", "cast(plan_years.received_at as date)"),
    ]) }} as details
from found
inner join plan_years on found.plan_key = plan_years.plan_key and found.plan_year = plan_years.plan_year
inner join signal_types on found.signal_type = signal_types.signal_type
