{# what the proof of each company would quote today: at most two signals of a hub, the strongest, each saying its own #}
with

candidates as (

    select
        *,
        row_number() over (
            partition by company_id, hub, evidence_text
            order by magnitude desc, detected_at desc, {{ bytewise("signal_id") }}
        ) as repetition
    from {{ ref("int_proof_candidates") }}

),

placed as (

    select
        *,
        row_number() over (
            partition by company_id, hub
            order by magnitude desc, detected_at desc, {{ bytewise("signal_id") }}
        ) as place
    from candidates
    where repetition = 1

)

select
    company_id,
    band,
    pressure_class,
    hub,
    cast(place as integer) as place,
    signal_id,
    magnitude
from placed
where place <= 2
