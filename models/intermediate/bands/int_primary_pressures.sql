{{ config(materialized="view") }}
{# the class of the strongest active signal that has one, and the hub that gave it #}
with

ranked as (

    select
        company_id,
        pressure_class,
        hub,
        row_number() over (
            partition by company_id
            order by
                magnitude desc,
                case hub when 'DOL' then 1 when 'PEOPLE' then 2 else 3 end,
                detected_at desc,
                {{ bytewise("signal_id") }}
        ) as strength_rank
    from {{ ref("int_pressure_signals") }}
    where is_active and pressure_class is not null

)

select
    company_id,
    pressure_class,
    hub
from ranked
where strength_rank = 1
