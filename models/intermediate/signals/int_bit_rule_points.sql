{#-
    What is left of each company's events today, by rule, in millionths of a point: whole numbers add up on every engine.
-#}
with

aged as (

    select
        *,
        {{ days_between("detected_at", today()) }} as age_days
    from {{ ref("int_bit_rule_events") }}

),

events as (

    select
        *,
        {# confidence has four decimals, a hundred more make millionths #}
        {{ remaining_micropoints("weight * cast(confidence * 10000 as bigint) * 100") }} as micropoints
    from aged

)

select
    company_id,
    rule_name,
    cast(sum(micropoints) as bigint) as micropoints,
    cast(sum(case when age_days <= 90 then weight else 0 end) as integer) as points_90d,
    cast(count(*) as integer) as event_count,
    max(detected_at) as last_event_at
from events
group by company_id, rule_name
